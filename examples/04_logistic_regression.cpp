// Logistic regression on the breast cancer data: the engine supplies the gradient of the loss, and
// L-BFGS of the NLopt library does the rest.
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlopt.hpp>

#include <autodiff/autodiff.hpp>
#include <autodiff/tools/csv.hpp>

namespace {

using Array = ad::Array<double>;

constexpr std::size_t features = 30;

/// A row of features for each tumour, and +1 for benign, -1 for malignant.
struct Samples {
  Array x, labels;

  std::size_t size() const { return labels.size(); }
  Samples part(std::size_t begin, std::size_t end) const {
    return {x.slice(0, begin, end), labels.slice(0, begin, end)};
  }
};

/// The samples in an order drawn at random.
Samples read(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw ad::Error("cannot open " + path);
  ad::CsvRecords records(file, path);
  records.next();  // the first line describes the table
  std::vector<std::vector<double>> rows;
  while (records.next()) {
    if (records.fields().size() != features + 1) records.fail("31 fields are needed");
    std::vector<double>& row = rows.emplace_back();
    for (const auto& field : records.fields()) {
      row.push_back(std::strtod(std::string(field).c_str(), nullptr));
    }
  }
  std::mt19937 random(2026);
  for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random() % i]);

  std::vector<double> x, labels;
  for (const std::vector<double>& row : rows) {
    x.insert(x.end(), row.begin(), row.end() - 1);
    labels.push_back(row.back() == 1 ? 1 : -1);
  }
  return {Array({rows.size(), features}, x), Array({rows.size()}, labels)};
}

/// Every feature with mean 0 and standard deviation 1.
Array standardised(const Array& x) { return (x - mean(x, 0)) / pstddev(x, 0); }

/// The bias and the weights of the features.
constexpr std::size_t parameters = features + 1;

template <class A>
A scores(const A& w, const Array& x) {
  return matmul(x, slice(w, 0, 1, parameters)) + slice(w, 0, 0, 1);
}

/// Mean of log(1 + exp(-label * score)), and a small penalty on the weights.
template <class A>
auto loss(const A& w, const Samples& samples) {
  const A weights = slice(w, 0, 1, parameters);
  return mean(softplus(-samples.labels * scores(w, samples.x))) + 1e-3 * dot(weights, weights);
}

double accuracy(const Array& w, const Samples& samples) {
  return mean(samples.labels * scores(w, samples.x) > 0);
}

/// What NLopt calls: the loss at w, and its gradient if it is wanted.
struct Objective {
  const Samples& samples;
  int evaluations = 0;

  static double evaluate(const std::vector<double>& w, std::vector<double>& gradient, void* self) {
    Objective& objective = *static_cast<Objective*>(self);
    const auto [value, slopes] = ad::value_and_gradient(
        [&](const auto& v) { return loss(v, objective.samples); }, Array({parameters}, w));
    if (!gradient.empty()) gradient = slopes.to_vector();
    const int evaluation = objective.evaluations++;
    if (evaluation % 5 == 0) {
      const std::string bar(static_cast<std::size_t>(value * 70), '#');
      fmt::print("{:10} {:8.5f}  {}\n", evaluation, value, bar);
    }
    return value;
  }
};

}  // namespace

int main() {
  Samples samples = read(AUTODIFF_EXAMPLES_DIR "/data/breast_cancer.csv");
  samples.x = standardised(samples.x);
  const std::size_t cut = samples.size() * 4 / 5;
  const Samples training = samples.part(0, cut);
  const Samples test = samples.part(cut, samples.size());
  fmt::print("{} samples to train on, {} to test on, {} features\n\n", training.size(), test.size(),
             features);

  fmt::print("evaluation   loss\n");
  Objective objective{training};
  nlopt::opt optimiser(nlopt::LD_LBFGS, parameters);
  optimiser.set_min_objective(Objective::evaluate, &objective);
  optimiser.set_ftol_rel(1e-10);
  std::vector<double> w(parameters, 0.0);
  double least = 0;
  optimiser.optimize(w, least);

  const Array best({parameters}, w);
  fmt::print("\nloss {:.5f} after {} evaluations of value and gradient\n", least,
             objective.evaluations);
  fmt::print("accuracy: {:.1f}% on the training data, {:.1f}% on the test data\n",
             100 * accuracy(best, training), 100 * accuracy(best, test));
}
