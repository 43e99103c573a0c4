// A small ReLU network reads handwritten digits: trained with the gradient of its loss, and then
// its inactive units are counted, those whose slope is the 0 on the left of the kink.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/tools/csv.hpp>
#include <autodiff/tools/progress_bar.hpp>

namespace {

using ad::logaddexp, ad::relu;  // also for plain double

constexpr std::array<std::size_t, 4> widths{64, 20, 14, 10};  // pixels, two hidden layers, digits
constexpr std::size_t hidden_layers = widths.size() - 2;

struct Sample {
  std::array<double, widths.front()> pixels;  // 0 ... 1
  std::size_t digit;
};

std::vector<Sample> read(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw ad::Error("cannot open " + path);
  ad::CsvRecords records(file, path);
  std::vector<Sample> samples;
  while (records.next()) {
    if (records.fields().size() != widths.front() + 1) records.fail("65 fields are needed");
    Sample s{};
    for (std::size_t j = 0; j < s.pixels.size(); ++j) {
      s.pixels[j] = std::strtod(std::string(records.fields()[j]).c_str(), nullptr) / 16;
    }
    s.digit = std::strtoul(std::string(records.fields().back()).c_str(), nullptr, 10);
    samples.push_back(s);
  }
  return samples;
}

/// All weights and biases, layer by layer; random where a layer begins.
std::vector<double> initial_parameters() {
  std::mt19937 random(2026);
  std::vector<double> parameters;
  for (std::size_t layer = 0; layer + 1 < widths.size(); ++layer) {
    const double inputs = static_cast<double>(widths[layer]);
    std::normal_distribution<double> weight(0, std::sqrt(2 / inputs));
    for (std::size_t i = 0; i < widths[layer + 1]; ++i) {
      for (std::size_t j = 0; j < widths[layer]; ++j) parameters.push_back(weight(random));
      parameters.push_back(0);  // the bias
    }
  }
  return parameters;
}

/// One score for each digit; `watch(layer, unit, input)` sees what every relu is applied to.
template <class T, class Watch>
std::vector<T> scores(const std::vector<T>& parameters, const Sample& sample, Watch&& watch) {
  std::vector<T> values(sample.pixels.begin(), sample.pixels.end());
  std::size_t next = 0;
  for (std::size_t layer = 0; layer + 1 < widths.size(); ++layer) {
    std::vector<T> sums;
    for (std::size_t i = 0; i < widths[layer + 1]; ++i) {
      T sum = parameters[next + values.size()];
      for (const T& value : values) sum += parameters[next++] * value;
      ++next;  // the bias
      if (layer < hidden_layers) {
        watch(layer, i, sum);
        sum = relu(sum);
      }
      sums.push_back(sum);
    }
    values = std::move(sums);
  }
  return values;
}

/// Mean cross entropy: log Σ exp(score) - score of the right digit.
template <class T>
T loss(const std::vector<T>& parameters, std::span<const Sample> samples) {
  T sum = 0;
  for (const Sample& sample : samples) {
    const std::vector<T> z = scores(parameters, sample, [](auto&&...) {});
    T total = z[0];
    for (std::size_t k = 1; k < z.size(); ++k) total = logaddexp(total, z[k]);
    sum += total - z[sample.digit];
  }
  return sum / static_cast<double>(samples.size());
}

double accuracy(const std::vector<double>& parameters, std::span<const Sample> samples) {
  const auto right = std::count_if(samples.begin(), samples.end(), [&](const Sample& sample) {
    const std::vector<double> z = scores(parameters, sample, [](auto&&...) {});
    const auto best = std::max_element(z.begin(), z.end());
    return static_cast<std::size_t>(best - z.begin()) == sample.digit;
  });
  return static_cast<double>(right) / static_cast<double>(samples.size());
}

void count_inactive(const std::vector<double>& parameters, std::span<const Sample> samples) {
  std::array<std::vector<std::size_t>, hidden_layers> inactive;  // for how many samples
  for (std::size_t layer = 0; layer < hidden_layers; ++layer)
    inactive[layer].resize(widths[layer + 1]);
  for (const Sample& sample : samples) {
    scores(parameters, sample, [&](std::size_t layer, std::size_t unit, double input) {
      if (input <= 0) ++inactive[layer][unit];
    });
  }
  fmt::print("\nlayer  units  inactive, of all samples and units  never active\n");
  for (std::size_t layer = 0; layer < hidden_layers; ++layer) {
    double sum = 0;
    for (const std::size_t count : inactive[layer]) sum += static_cast<double>(count);
    const auto never = std::count(inactive[layer].begin(), inactive[layer].end(), samples.size());
    const double all = static_cast<double>(samples.size() * inactive[layer].size());
    fmt::print("{:5}  {:5}  {:34.1f}%  {:12}\n", layer + 1, inactive[layer].size(), 100 * sum / all,
               never);
  }
}

}  // namespace

int main() {
  std::vector<Sample> samples = read(AUTODIFF_EXAMPLES_DIR "/data/digits.csv");
  samples.resize(400);  // a sample is enough for scalar code; 09 takes them all
  const std::span<const Sample> training(samples.data(), 300);
  const std::span<const Sample> test(samples.data() + training.size(),
                                     samples.size() - training.size());
  std::vector<double> parameters = initial_parameters();
  fmt::print("{} digits to train on, {} to test on, {} parameters\n\n", training.size(),
             test.size(), parameters.size());

  std::vector<double> velocity(parameters.size(), 0.0);
  constexpr std::size_t epochs = 20;
  constexpr std::size_t batch = 20;
  ad::ProgressBar bar("training", epochs);
  fmt::print("epoch   loss\n");
  for (std::size_t epoch = 0; epoch <= epochs; ++epoch) {
    if (epoch % 10 == 0) {
      bar.clear();
      fmt::print("{:5} {:8.4f}\n", epoch, loss(parameters, training));
    }
    if (epoch == epochs) break;
    for (std::size_t begin = 0; begin < training.size(); begin += batch) {
      const auto gradient = ad::gradient(
          [&](const auto& p) { return loss(p, training.subspan(begin, batch)); }, parameters);
      for (std::size_t j = 0; j < parameters.size(); ++j) {
        velocity[j] = 0.9 * velocity[j] - 0.02 * gradient[j];
        parameters[j] += velocity[j];
      }
    }
    bar.update(static_cast<double>(epoch));
  }
  fmt::print("\naccuracy: {:.1f}% on the training digits, {:.1f}% on the test digits\n",
             100 * accuracy(parameters, training), 100 * accuracy(parameters, test));
  count_inactive(parameters, training);
}
