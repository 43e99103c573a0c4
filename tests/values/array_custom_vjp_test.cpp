// Custom rules of whole arrays.
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/verify/gtest.hpp>

namespace {

using Array = ad::Array<double>;
using Active = ad::Var<Array>;
using Numbers = std::vector<double>;
using ad::OnArrays;

const Array x({2, 2}, {1, -2, 0.5, 3});

const auto centred = ad::custom_vjp<OnArrays>(
    "centred", [](const auto& a) { return a - mean(a); },
    [](const auto& cotangent, const auto&, const auto&) { return cotangent - mean(cotangent); });

/// Mixes two matrices and has two results.
const auto sum_and_product = ad::custom_vjp<OnArrays>(
    "sum_and_product",
    [](const auto& a, const auto& b) {
      using A = std::decay_t<decltype(a)>;
      return std::tuple{A(a + b), A(matmul(a, b))};
    },
    [](const auto& cotangents, const auto& a, const auto& b, const auto&) {
      using A = std::decay_t<decltype(a)>;
      const auto& [of_sum, of_product] = cotangents;
      return std::tuple{A(of_sum + matmul(of_product, transpose(b))),
                        A(of_sum + matmul(transpose(a), of_product))};
    });

TEST(ArrayVjp, IsUsedOnTheTape) {
  EXPECT_EQ(Array(centred(x)).to_vector(), (Numbers{0.375, -2.625, -0.125, 2.375}));
  const auto f = [](const auto& a) { return sum(centred(a) * a * a); };
  const auto plain = [](const auto& a) { return sum((a - mean(a)) * a * a); };
  const Numbers found = ad::gradient(f, x).to_vector();
  const Numbers needed = ad::gradient(plain, x).to_vector();
  for (std::size_t i = 0; i < needed.size(); ++i) EXPECT_NEAR(found[i], needed[i], 1e-14);
}

TEST(ArrayVjp, HasSeveralArgumentsAndResults) {
  const auto f = [](const auto& a, const auto& b) {
    const auto [s, p] = sum_and_product(a, b);
    return sum(tanh(s) * p);
  };
  const auto plain = [](const auto& a, const auto& b) { return sum(tanh(a + b) * matmul(a, b)); };
  const auto point = std::tuple{x, Array({2, 2}, {0.25, 1, -1, 2})};
  const auto found = ad::gradient(f, point);
  const auto needed = ad::gradient(plain, point);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(std::get<0>(found).to_vector()[i], std::get<0>(needed).to_vector()[i], 1e-14);
    EXPECT_NEAR(std::get<1>(found).to_vector()[i], std::get<1>(needed).to_vector()[i], 1e-14);
  }
  EXPECT_GRADIENT(f, point);
}

TEST(ArrayVjp, NeedsNotAllResultsNorArguments) {
  ad::Tape<double> tape;
  const Active b = tape.input(x);
  const auto [s, p] = sum_and_product(x, b);
  tape.reverse(sum(s));
  EXPECT_EQ(tape.adjoint(b).to_vector(), Numbers(4, 1));
  tape.reverse(sum(p));
  EXPECT_EQ(tape.adjoint(b).to_vector(), (Numbers{1.5, 1.5, 1, 1}));
  const auto [passive, other] = sum_and_product(x, x);
  EXPECT_EQ(passive.to_vector(), Array(x + x).to_vector());
}

TEST(ArrayVjp, KeepsAResidual) {
  const auto rule = ad::custom_vjp<OnArrays>(
      "softmax",
      [](const auto& a) {
        using A = std::decay_t<decltype(a)>;
        const A powers = exp(a - 3);
        return ad::with_residual(A(powers / sum(powers)), sum(powers));
      },
      [](const auto& cotangent, const auto&, const auto& y, const auto& total) {
        EXPECT_GT(total, 0);
        return y * (cotangent - sum(cotangent * y));
      });
  EXPECT_GRADIENT([&](const auto& a) { return sum(rule(a) * a * a); }, x);
}

TEST(ArrayVjp, ServesSecondDerivativesAndForwardMode) {
  const auto f = [](const auto& a) { return sum(centred(a) * a * a); };
  const auto plain = [](const auto& a) { return sum((a - mean(a)) * a * a); };
  const Array v({2, 2}, {1, 0, -1, 2});
  const Numbers found = ad::hvp(f, x, v).to_vector();
  const Numbers needed = ad::hvp(plain, x, v).to_vector();
  for (std::size_t i = 0; i < needed.size(); ++i) EXPECT_NEAR(found[i], needed[i], 1e-13);
  EXPECT_NEAR(ad::jvp(f, x, v), ad::jvp(plain, x, v), 1e-13);
}

TEST(ArrayVjp, DropsZeroTimesInfinityInForwardMode) {
  const auto root = ad::custom_vjp<ad::OnArrays>(
      "root", [](const auto& a) { return sqrt(a); },
      [](const auto& cotangent, const auto&, const auto& y) { return cotangent / (2 * y); });
  const auto f = [&](const auto& a) { return sum(root(a)); };
  EXPECT_EQ(ad::jvp(f, Array({2}, {0, 4}), Array({2}, {0, 1})), 0.25);
}

TEST(ArrayVjp, ComputesInDoubleIfItTakesNothingElse) {
  const auto rule = ad::custom_vjp<OnArrays>(
      "cube", [](const Array& a) { return Array(a * a * a); },
      [](const Array& cotangent, const Array& a, const Array&) {
        return Array(3 * a * a * cotangent);
      });
  const auto f = [&](const auto& a) { return sum(rule(a)); };
  EXPECT_EQ(ad::gradient(f, x).to_vector(), (Numbers{3, 12, 0.75, 27}));
  EXPECT_EQ(ad::gradient(f, ad::Array<float>({1}, {2}))(0), 12.F);
  const ad::Report report = ad::check_gradient(f, x);
  EXPECT_EQ(report.verdict, ad::Verdict::verified) << report.to_text();
  EXPECT_FALSE(report.notes.empty());
  EXPECT_THROW(ad::hvp(f, x, x), ad::RuleError);
}

TEST(ArrayVjp, IsRefutedWithTheElementThatIsWrong) {
  const auto wrong = ad::custom_vjp<OnArrays>(
      "square", [](const auto& a) { return a * a; },
      [](const auto& cotangent, const auto& a, const auto&) {
        const Array planted({2, 2}, {1, 1, 1 + 1e-12, 1});
        return 2 * a * cotangent * planted;
      });
  const ad::Report report = ad::check_gradient([&](const auto& a) { return sum(wrong(a) * a); }, x);
  EXPECT_EQ(report.counts.refuted, 1U) << report.to_text();
  EXPECT_EQ(report.entries.size(), 4U);
  for (const ad::CheckEntry& entry : report.entries) {
    EXPECT_EQ(entry.verdict == ad::Verdict::refuted, entry.variable == "x[1, 0]");
  }
}

TEST(ArrayVjp, TellsOfACotangentInAnotherShape) {
  const auto wrong = ad::custom_vjp<OnArrays>(
      "total", [](const auto& a) { return reshape(a, {4}); },
      [](const auto& cotangent, const auto&, const auto&) { return cotangent; });
  try {
    ad::gradient([&](const auto& a) { return sum(wrong(a)); }, x);
    FAIL() << "nothing was thrown";
  } catch (const ad::ShapeError& error) {
    EXPECT_EQ(std::string(error.what()),
              "custom_vjp: the VJP of \"total\" returned a cotangent of the shape (4) for argument "
              "0, but the argument has (2, 2); return them in the shapes of the arguments.");
  }
}

}  // namespace
