// A rule that runs during the sweep, with the cotangents it then has: what custom_vjp records.
#pragma once

#include <cstddef>
#include <cstdint>

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

  /// Adds the VJP's cotangents to the adjoints of the inputs. `first_output` is the index of the
  /// first result; the others follow it. Not called when no output received a cotangent.
  virtual void reverse(Adjoints<T>& adjoints, std::uint32_t first_output) = 0;
};

}  // namespace detail
}  // namespace ad
