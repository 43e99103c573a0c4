#include <string>

#include <fmt/format.h>

#include <autodiff/core/error.hpp>
#include <autodiff/drivers/array_checkpoint.hpp>
#include <autodiff/drivers/array_gradient.hpp>
#include <autodiff/drivers/checkpoint.hpp>
#include <autodiff/drivers/error.hpp>

#include "autodiff/core/counted.hpp"

namespace ad::detail {

void throw_not_scalar(const char* who, std::size_t size) {
  throw ShapeError(fmt::format(
      "{}: the output has shape ({}), but a scalar is needed; use jacobian() or sum the output.",
      who, size));
}

void require_same_size(const char* who, const char* what, std::size_t found, const char* needed_by,
                       std::size_t needed) {
  if (found == needed) return;
  throw ShapeError(
      fmt::format("{}: the {} has {}, but the {} has {}; give one number for each of them.", who,
                  what, counted(found, "number"), needed_by, needed));
}

namespace {

[[noreturn]] void throw_changed(const std::string& first, const std::string& second) {
  throw ShapeError(fmt::format(
      "checkpoint: the function returned {} when it was called, and {} when the sweep called it "
      "again; it must return the same for the same numbers.",
      first, second));
}

}  // namespace

void throw_changed_outputs(std::size_t first, std::size_t second, const char* kind) {
  throw_changed(counted(first, kind), counted(second, kind));
}

void throw_changed_shape(const Shape& first, const Shape& second) {
  throw_changed(fmt::format("an array of shape {}", first), fmt::format("one of shape {}", second));
}

void throw_array_direction(const char* who, std::size_t found, std::size_t needed) {
  throw ShapeError(
      fmt::format("{}: the direction has {}, but the point has {}; give one for each of them.", who,
                  counted(found, "array"), counted(needed, "array")));
}

void throw_array_direction(const char* who, std::size_t place, const Shape& found,
                           const Shape& needed) {
  throw ShapeError(fmt::format(
      "{}: array {} of the direction has the shape {}, but that of the point has {}; they must be "
      "equal.",
      who, place, found, needed));
}

void throw_nested_arrays(const char* who) {
  throw RuleError(fmt::format(
      "{}: called while another derivative of arrays in forward mode is taken on this thread; "
      "their tangents would mix. Take one after the other, or differentiate with gradient inside.",
      who));
}

}  // namespace ad::detail
