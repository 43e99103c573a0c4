// What an evaluation wants to tell its driver without stopping: collected on this thread by the
// innermost `Notes` alive, dropped when there is none.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ad {

/// A form such as 0 * inf met in a derivative: it contributed zero. `operation` is the operation
/// whose partial derivative or cotangent it was.
struct Indeterminate {
  std::string operation;

  friend bool operator==(const Indeterminate&, const Indeterminate&) = default;
};

namespace detail {

/// Appends an entry unless the list has an equal one.
template <class T>
void add_once(std::vector<T>& list, const T& entry) {
  for (const T& e : list) {
    if (e == entry) return;
  }
  list.push_back(entry);
}

}  // namespace detail

/// Collects notes on this thread while it lives. Nests; the innermost one receives.
class Notes {
 public:
  Notes() : previous_(current_) { current_ = this; }
  ~Notes() { current_ = previous_; }
  Notes(const Notes&) = delete;
  Notes& operator=(const Notes&) = delete;

  /// Every operation is named once, in the order met.
  const std::vector<Indeterminate>& indeterminate() const { return indeterminate_; }

  /// Names of custom rules that only exist in double precision and were evaluated.
  const std::vector<std::string>& double_only() const { return double_only_; }

  /// How often numbers with a direction were compared where their values are equal: in all, and
  /// where their tangents were equal too.
  std::size_t ties() const { return ties_; }
  std::size_t unresolved_ties() const { return unresolved_ties_; }

  static void add_tie(bool resolved) {
    if (current_ == nullptr) return;
    ++current_->ties_;
    if (!resolved) ++current_->unresolved_ties_;
  }

  static void add_indeterminate(const std::string& operation) {
    if (current_ != nullptr) detail::add_once(current_->indeterminate_, Indeterminate{operation});
  }

  static void add_double_only(const std::string& rule) {
    if (current_ != nullptr) detail::add_once(current_->double_only_, rule);
  }

 private:
  static inline constinit thread_local Notes* current_ = nullptr;

  Notes* previous_;
  std::vector<Indeterminate> indeterminate_;
  std::vector<std::string> double_only_;
  std::size_t ties_ = 0;
  std::size_t unresolved_ties_ = 0;
};

}  // namespace ad
