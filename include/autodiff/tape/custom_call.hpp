// A rule that runs during the sweep, with the cotangents it then has: what custom_vjp records.
#pragma once

#include <cstddef>
#include <cstdint>

#include <autodiff/core/number.hpp>
#include <autodiff/core/pool.hpp>

namespace ad {

template <class T>
class Tape;

namespace detail {

/// What a running rule may see and do: read the adjoints of its outputs, add to those of its
/// inputs.
template <class T>
class Adjoints {
 public:
  explicit Adjoints(Tape<T>& tape) : tape_(tape) {}

  const T& of(std::uint32_t index) const;
  void add(std::uint32_t index, const T& contribution);

  /// To be told of what the sweep's flags report.
  void note_indeterminate(const char* operation);
  void note_nonfinite();

 private:
  Tape<T>& tape_;
};

template <class T>
class CustomCall {
 public:
  CustomCall() = default;
  CustomCall(const CustomCall&) = delete;
  CustomCall& operator=(const CustomCall&) = delete;
  virtual ~CustomCall() = default;

  /// Bytes that the call keeps for the sweep or will need in it, for the tape's memory limit.
  virtual std::size_t bytes() const { return 0; }

  /// A sweep begins: adjoints that the call keeps itself are zero again.
  virtual void begin_sweep() {}

  /// Whether any of its outputs, from `first_output` on, received a cotangent.
  virtual bool is_wanted(const Adjoints<T>& adjoints, std::uint32_t first_output,
                         std::uint32_t outputs) const {
    for (std::uint32_t i = 0; i < outputs; ++i) {
      if (!all_zero(adjoints.of(first_output + i))) return true;
    }
    return false;
  }

  /// Whether a cotangent of zero may meet a partial that is not finite: a reached call is not
  /// skipped then.
  virtual bool has_nonfinite_partials() const { return false; }

  /// Adds the VJP's cotangents to the adjoints of the inputs. `first_output` is the index of the
  /// first result; the others follow it. Not called where the cotangents are zero, unless a
  /// partial that is not finite makes them matter.
  virtual void reverse(Adjoints<T>& adjoints, std::uint32_t first_output) = 0;

  // A recording that is repeated takes its calls from where the last one left them.
  static void* operator new(std::size_t bytes) { return take_block(bytes); }
  static void operator delete(void* block, std::size_t bytes) { give_block(block, bytes); }
};

}  // namespace detail
}  // namespace ad
