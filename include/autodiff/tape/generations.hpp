// Which values of a recording are still valid. Every value carries the generation in which it was
// recorded; a rewind starts a new one and keeps the old ones up to the mark.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <autodiff/tape/error.hpp>
#include <autodiff/tape/place.hpp>

namespace ad::detail {

class Generations {
 public:
  Generations() : current_(next_generation()) {}

  std::uint32_t current() const { return current_; }

  /// True if the value was recorded before the first mark that the recording was rewound to: the
  /// parameters that a program shares between its paths.
  bool is_base(Place place) const {
    // One comparison: places before the first of these wrap around.
    return static_cast<std::uint64_t>(place) - static_cast<std::uint64_t>(base_first_) < base_size_;
  }

  /// True if the value with this index, recorded in `generation`, is still part of the recording.
  bool valid(std::uint32_t index, std::uint32_t generation) const {
    if (generation == current_) return true;
    for (std::size_t i = kept_.size(); i-- > 0;) {
      if (kept_[i].generation == generation) return index <= kept_[i].last;
    }
    return false;
  }

  /// True if a rewind or clear of this tape retired the generation (as far as it remembers).
  bool retired(std::uint32_t generation) const {
    for (const std::uint32_t r : retired_) {
      if (r == generation) return true;
    }
    for (const Kept& k : kept_) {
      if (k.generation == generation) return true;
    }
    return false;
  }

  /// The generation of the value with index `last`, the newest of the recording.
  std::uint32_t of_last(std::size_t last) const {
    return kept_.empty() || last > kept_.back().last ? current_ : kept_.back().generation;
  }

  /// Values with an index above `last` are retired; a new generation begins.
  void rewind(std::size_t last) {
    while (!kept_.empty() && start_of_current() > last) {
      retire(current_);
      current_ = kept_.back().generation;
      kept_.pop_back();
    }
    if (start_of_current() < last) {
      kept_.push_back({current_, static_cast<std::uint32_t>(last)});
    } else {
      retire(current_);
    }
    current_ = next_generation();
    base_size_ = kept_.empty() ? 0 : kept_.front().last;
    if (base_size_ != 0) base_first_ = make_place(1, kept_.front().generation);
  }

 private:
  struct Kept {
    std::uint32_t generation = 0;
    std::uint32_t last = 0;  ///< index of its last valid value
  };

  std::size_t start_of_current() const { return kept_.empty() ? 0 : kept_.back().last; }

  void retire(std::uint32_t generation) {
    retired_[next_retired_++ % retired_.size()] = generation;
  }

  std::uint32_t current_;
  Place base_first_ = Place::passive;
  std::uint64_t base_size_ = 0;
  std::vector<Kept> kept_;
  std::array<std::uint32_t, 16> retired_{};
  std::size_t next_retired_ = 0;
};

}  // namespace ad::detail
