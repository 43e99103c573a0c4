#include <cstdint>
#include <random>
#include <vector>

#include "tests/fuzz/targets.hpp"
#include "tests/verify/agreement.hpp"

namespace ad::fuzz {
namespace {

/// Random numbers that the bytes say, two for each number; zeros after them.
class Bytes {
 public:
  using result_type = std::uint64_t;

  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }

  /// The same 16 bits four times: a user may look at the upper ones or at the lower ones.
  result_type operator()() { return (next() << 8U | next()) * 0x0001000100010001U; }

 private:
  result_type next() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }

  std::string_view bytes_;
};

}  // namespace

void fuzz_expression(std::string_view bytes) {
  constexpr std::size_t variables = 3;
  constexpr int most_levels = 6;
  Bytes random(bytes);
  std::uniform_real_distribution<double> coordinate(-2, 2);
  std::vector<double> x(variables);
  for (double& v : x) v = coordinate(random);
  const test::RandomExpression f(random, variables, 1 + static_cast<int>(random() % most_levels));
  if (!test::is_in_range(f, x)) return;
  const test::Agreement agreement = test::judge_agreement(f, x);
  if (!agreement.disagreements.empty()) throw Failure(agreement.disagreements);
}

}  // namespace ad::fuzz
