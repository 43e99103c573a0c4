// Who is to blame where a gradient of arrays is refuted.
#include <array>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <autodiff/autodiff.hpp>
#include <autodiff/verify/check_array_rule.hpp>

namespace {

using Array = ad::Array<double>;
using ad::Blame;
using ad::Report;
using ad::Verdict;

/// The cotangents of centre(x) = x - mean(x), wrong in one element if `mistake` is not 0.
auto centre(double mistake) {
  return ad::custom_vjp<ad::OnArrays>(
      "centre", [](const auto& x) { return x - mean(x); },
      [=](const auto& cotangent, const auto& x, const auto&) {
        using A = ad::value_type_t<decltype(x)>;
        const Array error({2, 2}, {0, 0, mistake, 0});
        return A((cotangent - mean(cotangent)) * (1 + error));
      });
}

TEST(ArrayBlame, NamesTheRuleAndTheEntryThatAreWrong) {
  const auto wrong = centre(1e-9);
  const auto f = [&](const auto& x) { return sum(exp(wrong(x)) * tanh(x)) + logsumexp(x); };
  const Report report = ad::check_gradient(f, Array({2, 2}, {1, 2, 3, 5}));
  EXPECT_EQ(report.verdict, Verdict::refuted);
  ASSERT_EQ(report.blame.size(), 1U) << report.to_text();
  const Blame& blame = report.blame[0];
  EXPECT_EQ(blame.operation, "centre");
  EXPECT_EQ(blame.arguments, (std::vector<double>{1, 2, 3, 5}));
  EXPECT_EQ(blame.argument, 2U);
  EXPECT_EQ(blame.argument_name, "x[1, 0]");
  EXPECT_EQ(blame.result_name, "y[1, 0]");
  EXPECT_DOUBLE_EQ(blame.reference, 0.75);
  EXPECT_NEAR(blame.claimed - blame.reference, 0.75e-9, 1e-12);
  EXPECT_NE(report.to_text().find("its rule says the derivative of y[1, 0] for x[1, 0] is"),
            std::string::npos)
      << report.to_text();
  const auto json = nlohmann::json::parse(ad::to_json(report));
  EXPECT_EQ(json["blame"][0]["argument_name"], "x[1, 0]");
  EXPECT_EQ(json["blame"][0]["result_name"], "y[1, 0]");
}

TEST(ArrayBlame, SparesRulesThatAreRight) {
  const auto right = centre(0);
  const Report report = ad::check_gradient([&](const auto& x) { return sum(exp(right(x))); },
                                           Array({2, 2}, {1, 2, 3, 5}));
  EXPECT_EQ(report.verdict, Verdict::verified) << report.to_text();
  EXPECT_TRUE(report.blame.empty());
}

TEST(ArrayBlame, KnowsSeveralArgumentsAndResultsApart) {
  const auto pair = ad::custom_vjp<ad::OnArrays>(
      "pair",
      [](const auto& a, const auto& b) {
        return std::tuple{a * b, a + b};
      },
      [](const auto& cotangents, const auto& a, const auto& b, const auto&) {
        using A = ad::value_type_t<decltype(a)>;
        const auto& [of_product, of_sum] = cotangents;
        return std::tuple{A(of_product * b + of_sum), A(of_product * a)};  // forgets a sum
      });
  const auto f = [&](const auto& a, const auto& b) {
    const auto [product, total] = pair(a, b);
    return sum(product * exp(total / 10));
  };
  const Report report = ad::check_gradient(f, std::tuple{Array({2}, {1, 4}), Array({2}, {3, -2})});
  ASSERT_EQ(report.blame.size(), 1U) << report.to_text();
  const Blame& blame = report.blame[0];
  EXPECT_EQ(blame.operation, "pair");
  EXPECT_EQ(blame.result_name, "y1[0]");
  EXPECT_EQ(blame.argument_name, "x1[0]");
  EXPECT_EQ(blame.claimed, 0);
  EXPECT_EQ(blame.reference, 1);
}

/// x² with the derivative of x³.
struct WrongSquare {
  static constexpr ad::Meta meta{.name = "wrong_square"};
  static constexpr std::array samples{ad::Interval{-4, 4}};
  static constexpr ad::Reads reads = ad::Reads::inputs;

  template <class T>
  T value(const T& x) const {
    return x * x;
  }
  template <class T>
  std::array<T, 1> partials(const T& x, const T&) const {
    return {T(3) * x * x};
  }
};

TEST(ArrayBlame, NamesAnOperationOnElements) {
  const auto f = [](const auto& x) {
    using A = ad::value_type_t<decltype(x)>;
    return sum(matmul(x, transpose(A(ad::apply<WrongSquare>(x)))));
  };
  const Report report = ad::check_gradient(f, Array({2, 2}, {1, 2, 3, 5}));
  ASSERT_FALSE(report.blame.empty()) << report.to_text();
  for (const Blame& blame : report.blame) {
    EXPECT_EQ(blame.operation, "wrong_square");
    EXPECT_EQ(blame.argument_name, "argument 1");
    EXPECT_TRUE(blame.result_name.empty());
    EXPECT_EQ(blame.reference, 2 * blame.arguments[0]);
  }
}

TEST(ArrayBlame, NamesARuleOfNumbersAmongArrays) {
  const auto cube = ad::custom_vjp(
      "cube", [](auto x) { return x * x * x; },
      [](auto cotangent, auto x, auto) { return cotangent * 2 * x * x; });
  const auto f = [&](const auto& x) { return cube(element(x, 1)) * sum(x); };
  const Report report = ad::check_gradient(f, Array({2}, {1, 2}));
  ASSERT_EQ(report.blame.size(), 1U) << report.to_text();
  EXPECT_EQ(report.blame[0].operation, "cube");
  EXPECT_EQ(report.blame[0].arguments, std::vector<double>{2});
}

TEST(ArrayBlame, OfARuleInAFunctionOfNumbers) {
  const auto wrong = centre(0.5);
  const Array x({2, 2}, {1, 2, 3, 5});
  const auto f = [&](const auto& t) { return sum(exp(wrong(x * t))); };
  const Report report = ad::check_gradient(f, 0.5);
  ASSERT_EQ(report.blame.size(), 1U) << report.to_text();
  EXPECT_EQ(report.blame[0].operation, "centre");
  EXPECT_EQ(report.blame[0].argument_name, "x[1, 0]");
  const auto right = centre(0);
  const auto g = [&](const auto& t) { return sum(exp(right(x * t))); };
  EXPECT_EQ(ad::check_gradient(g, 0.5).verdict, Verdict::verified);
  EXPECT_NEAR(ad::derivative(g, 0.5), ad::gradient(g, 0.5)[0], 1e-14);
}

TEST(ArrayBlame, OfARuleInDoubleAsWell) {
  const auto wrong = ad::custom_vjp<ad::OnArrays>(
      "in_double", [](const Array& x) { return Array(x * x); },
      [](const Array& cotangent, const Array& x, const Array&) { return Array(cotangent * x); });
  const Report report =
      ad::check_gradient([&](const auto& x) { return sum(wrong(x)); }, Array({3}, {1, 2, 3}));
  ASSERT_EQ(report.blame.size(), 1U) << report.to_text();
  EXPECT_EQ(report.blame[0].operation, "in_double");
  EXPECT_EQ(report.blame[0].argument_name, "x[2]");  // the worst of three
}

TEST(ArrayBlame, TellsIfItDidNotLookAtAllEntries) {
  // Wrong in an entry that is not among those examined: of 64 results 8.
  const auto wrong = ad::custom_vjp<ad::OnArrays>(
      "wrong_once", [](const auto& x) { return 2 * x; },
      [](const auto& cotangent, const auto& x, const auto&) {
        using A = ad::value_type_t<decltype(x)>;
        std::vector<double> factors(64, 2);
        factors[5] = 2.5;
        return A(cotangent * Array({64}, factors));
      });
  const Report report =
      ad::check_gradient([&](const auto& x) { return sum(wrong(x)); }, Array::ones({64}));
  EXPECT_EQ(report.verdict, Verdict::refuted);
  EXPECT_TRUE(report.blame.empty()) << report.to_text();
  EXPECT_NE(report.to_text().find("only some entries were examined"), std::string::npos)
      << report.to_text();
}

TEST(ArrayBlame, GivesUpOnRunsThatAreTooLong) {
  Report report = ad::check_gradient([](const auto& x) { return sum(ad::apply<WrongSquare>(x)); },
                                     Array::ones({2}));
  ASSERT_EQ(report.verdict, Verdict::refuted);
  report.blame.clear();
  // As a run of very many operations does, in a trace with less room than it has here.
  ad::detail::add_blame(report, [](std::span<const double> at, ad::detail::Trace&) {
    ad::detail::Trace small(10);
    ad::detail::run_arrays_traced<double>([](const auto& x) { return prod(x * x) + sum(x); },
                                          Array::ones({2}), at, small, "test");
  });
  EXPECT_TRUE(report.blame.empty());
  EXPECT_NE(report.to_text().find("the run has too many operations"), std::string::npos)
      << report.to_text();
}

}  // namespace
