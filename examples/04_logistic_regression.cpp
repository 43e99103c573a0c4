// Logistic regression on the breast cancer data: the engine supplies the gradient of the loss, and
// gradient descent with momentum does the rest.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/tools/csv.hpp>
#include <autodiff/tools/progress_bar.hpp>

namespace {

constexpr std::size_t features = 30;

struct Sample {
  std::array<double, features> x;
  double label;  // +1 benign, -1 malignant
};

std::vector<Sample> read(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw ad::Error("cannot open " + path);
  ad::CsvRecords records(file, path);
  records.next();  // the first line describes the table
  std::vector<Sample> samples;
  while (records.next()) {
    if (records.fields().size() != features + 1) records.fail("31 fields are needed");
    Sample s{};
    for (std::size_t j = 0; j < features; ++j) {
      s.x[j] = std::strtod(std::string(records.fields()[j]).c_str(), nullptr);
    }
    s.label = records.fields()[features] == "1" ? 1 : -1;
    samples.push_back(s);
  }
  return samples;
}

/// Brings every feature to mean 0 and standard deviation 1.
void standardise(std::vector<Sample>& samples) {
  const double n = static_cast<double>(samples.size());
  for (std::size_t j = 0; j < features; ++j) {
    double mean = 0;
    double variance = 0;
    for (const Sample& s : samples) mean += s.x[j] / n;
    for (const Sample& s : samples) variance += (s.x[j] - mean) * (s.x[j] - mean) / n;
    for (Sample& s : samples) s.x[j] = (s.x[j] - mean) / std::sqrt(variance);
  }
}

/// Weights 0 ... 29 and the bias.
template <class T>
T score(const std::vector<T>& w, const Sample& s) {
  T z = w[features];
  for (std::size_t j = 0; j < features; ++j) z += w[j] * s.x[j];
  return z;
}

/// Mean of log(1 + exp(-label * score)) and a small penalty on the weights.
template <class T>
T loss(const std::vector<T>& w, const std::vector<Sample>& samples) {
  T sum = 0;
  for (const Sample& s : samples) sum += softplus(-s.label * score(w, s));
  T penalty = 0;
  for (std::size_t j = 0; j < features; ++j) penalty += w[j] * w[j];
  return sum / static_cast<double>(samples.size()) + 1e-3 * penalty;
}

double accuracy(const std::vector<double>& w, const std::vector<Sample>& samples) {
  const auto right = std::count_if(samples.begin(), samples.end(), [&](const Sample& s) {
    return (score(w, s) > 0) == (s.label > 0);
  });
  return static_cast<double>(right) / static_cast<double>(samples.size());
}

}  // namespace

int main() {
  std::vector<Sample> samples = read(AUTODIFF_EXAMPLES_DIR "/data/breast_cancer.csv");
  standardise(samples);
  std::shuffle(samples.begin(), samples.end(), std::mt19937(2026));
  const auto cut = samples.begin() + 4 * static_cast<std::ptrdiff_t>(samples.size()) / 5;
  const std::vector<Sample> training(samples.begin(), cut);
  const std::vector<Sample> test(cut, samples.end());
  fmt::print("{} samples to train on, {} to test on, {} features\n\n", training.size(), test.size(),
             features);

  std::vector<double> w(features + 1, 0.0);
  std::vector<double> velocity(features + 1, 0.0);
  constexpr int steps = 300;
  ad::ProgressBar bar("training", steps);
  fmt::print("step   loss     |gradient|\n");
  for (int step = 0; step <= steps; ++step) {
    const auto [value, gradient] =
        ad::value_and_gradient([&](const auto& v) { return loss(v, training); }, w);
    double norm = 0;
    for (std::size_t j = 0; j < w.size(); ++j) {
      norm = std::hypot(norm, gradient[j]);
      velocity[j] = 0.9 * velocity[j] - 0.1 * gradient[j];
      w[j] += velocity[j];
    }
    if (step % 30 == 0) {
      const auto width = static_cast<std::size_t>(value * 70);
      bar.clear();
      fmt::print("{:4} {:8.5f} {:12.2e}  {}\n", step, value, norm, std::string(width, '#'));
    }
    bar.update(step, fmt::format("loss {:.5f}", value));
  }
  fmt::print("\naccuracy: {:.1f}% on the training data, {:.1f}% on the test data\n",
             100 * accuracy(w, training), 100 * accuracy(w, test));
}
