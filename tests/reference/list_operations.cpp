// Prints every operation as JSON for generate.py, which evaluates the oracles: so the reference
// needs no list of formulas of its own.
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <autodiff/ops/list.hpp>
#include <autodiff/values/var.hpp>

namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

/// Where the signed distances of an operation of one argument change sign.
template <class Op>
std::vector<double> kinks() {
  std::vector<double> found;
  if constexpr (ad::arity_v<Op> == 1 && ad::has_kinks_v<Op>) {
    constexpr double step = 1.0 / 64;
    const ad::Interval range = Op::samples[0];
    const std::size_t count = Op::kinks(range.lower).size();
    for (std::size_t k = 0; k < count; ++k) {
      for (double x = range.lower; x < range.upper; x += step) {
        double low = x, high = x + step;
        if ((Op::kinks(low)[k] < 0) == (Op::kinks(high)[k] < 0)) continue;
        while (std::nextafter(low, high) < high) {
          const double middle = low + (high - low) / 2;
          ((Op::kinks(middle)[k] < 0) ? low : high) = middle;
        }
        found.push_back(high);
      }
    }
  }
  return found;
}

template <class Op>
std::string to_json() {
  std::vector<std::string> samples;
  for (const ad::Interval& interval : Op::samples) {
    samples.push_back(fmt::format("[{}, {}]", interval.lower, interval.upper));
  }
  std::vector<std::string> places;
  for (const double x : kinks<Op>()) places.push_back(fmt::format("{}", x));
  return fmt::format(
      R"(  {{"name": {}, "oracle": {}, "samples": [{}], "kinks": [{}], "jumps": {}, "cancels": {}}})",
      quoted(Op::meta.name), quoted(Op::meta.oracle), fmt::join(samples, ", "),
      fmt::join(places, ", "), !Op::meta.jump.empty(), !Op::meta.cancels.empty());
}

template <class Op>
std::string reduction_to_json() {
  return fmt::format(
      R"(  {{"name": {}, "oracle": {}, "sample": [{}, {}], "least": {}, "group": {}}})",
      quoted(Op::meta.name), quoted(Op::meta.oracle), Op::sample.lower, Op::sample.upper,
      Op::arguments.least, Op::arguments.group);
}

}  // namespace

int main() {
  std::string separator = "[\n";
  ad::for_each_operation([&]<class Op>() {
    fmt::print("{}{}", separator, to_json<Op>());
    separator = ",\n";
  });
  const auto reduction = [&]<class Op>() {
    fmt::print("{}{}", separator, reduction_to_json<Op>());
  };
  ad::for_each_operation(reduction, ad::ReductionOperations{});
  fmt::print("\n]\n");
}
