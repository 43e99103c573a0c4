// The targets of the fuzzers on their corpus and on a few thousand changed inputs, always the same.
#include <gtest/gtest.h>

#include "tests/fuzz/campaign.hpp"
#include "tests/fuzz/targets.hpp"

namespace {

using ad::fuzz::corpus;
using ad::fuzz::find_failure;

constexpr std::uint64_t seed = 20261121;

TEST(Fuzz, FormulasArePointsOrErrorsInsideTheText) {
  EXPECT_EQ(find_failure(ad::fuzz::fuzz_formula, corpus("formula"), 4000, seed).value_or(""), "");
}

TEST(Fuzz, TablesAreTheSameWhenWrittenAndReadAgain) {
  EXPECT_EQ(find_failure(ad::fuzz::fuzz_csv, corpus("csv"), 10000, seed).value_or(""), "");
}

TEST(Fuzz, DerivativesOfExpressionsAgree) {
  EXPECT_EQ(find_failure(ad::fuzz::fuzz_expression, corpus("expression"), 1000, seed).value_or(""),
            "");
}

TEST(Fuzz, FindsAPlantedFailure) {
  const auto planted = [](std::string_view bytes) {
    ad::fuzz::fuzz_formula(bytes);
    if (bytes.find('^') != bytes.npos && bytes.find('\0') != bytes.npos) {
      throw ad::fuzz::Failure("planted");
    }
  };
  const auto inputs = corpus("formula");
  for (const std::string& input : inputs) EXPECT_NO_THROW(planted(input)) << input;
  const std::string found = find_failure(planted, inputs, 4000, seed).value_or("nothing");
  EXPECT_NE(found.find("planted"), found.npos) << found;
}

}  // namespace
