// The ReLU network of 07 in arrays: whole batches through matrix products, in double and in float.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/tools/csv.hpp>
#include <autodiff/tools/progress_bar.hpp>

namespace {

constexpr std::size_t pixels = 64, hidden = 128, digits = 10;
constexpr std::size_t training_count = 1437, batch = 32, epochs = 25;

/// Rows of pixels from 0 to 1, and rows with a 1 in the place of the digit.
template <class T>
struct Data {
  ad::Array<T> images, labels;

  std::size_t size() const { return images.shape()[0]; }
  Data part(std::size_t begin, std::size_t end) const {
    return {images.slice(0, begin, end), labels.slice(0, begin, end)};
  }
};

using Fields = std::vector<std::string>;

/// The lines of the file in an order drawn at random: those who wrote the digits come in turn.
std::vector<Fields> read(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw ad::Error("cannot open " + path);
  ad::CsvRecords records(file, path);
  std::vector<Fields> lines;
  while (records.next()) {
    if (records.fields().size() != pixels + 1) records.fail("65 fields are needed");
    lines.emplace_back(records.fields().begin(), records.fields().end());
  }
  std::mt19937 random(2026);
  for (std::size_t i = lines.size(); i > 1; --i) std::swap(lines[i - 1], lines[random() % i]);
  return lines;
}

template <class T>
Data<T> arrays_of(const std::vector<Fields>& lines) {
  std::vector<T> images;
  std::vector<T> labels;
  for (const Fields& fields : lines) {
    for (std::size_t j = 0; j < pixels; ++j) {
      images.push_back(std::strtof(fields[j].c_str(), nullptr) / 16);
    }
    const std::size_t digit = std::strtoul(fields[pixels].c_str(), nullptr, 10);
    for (std::size_t k = 0; k < digits; ++k) labels.push_back(k == digit ? 1 : 0);
  }
  return {ad::Array<T>({lines.size(), pixels}, images),
          ad::Array<T>({lines.size(), digits}, labels)};
}

/// Weights and biases of the two layers.
template <class T>
std::vector<ad::Array<T>> initial_parameters() {
  using Array = ad::Array<T>;
  return {std::sqrt(2.0 / pixels) * Array::normal({pixels, hidden}, 1), Array::zeros({hidden}),
          std::sqrt(2.0 / hidden) * Array::normal({hidden, digits}, 2), Array::zeros({digits})};
}

template <class Arrays, class T>
auto hidden_inputs(const Arrays& p, const ad::Array<T>& images) {
  return matmul(images, p[0]) + p[1];
}

template <class Arrays, class T>
auto scores(const Arrays& p, const ad::Array<T>& images) {
  return matmul(relu(hidden_inputs(p, images)), p[2]) + p[3];
}

/// Mean cross entropy.
template <class Arrays, class T>
auto loss(const Arrays& p, const Data<T>& data) {
  return -sum(log_softmax(scores(p, data.images), 1) * data.labels) / data.size();
}

template <class T>
double accuracy(const std::vector<ad::Array<T>>& p, const Data<T>& data) {
  const ad::Array<T> all = scores(p, data.images);
  std::size_t right = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const T* const row = all.data() + i * digits;
    const auto best = static_cast<std::size_t>(std::max_element(row, row + digits) - row);
    right += data.labels(i, best) == 1 ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(data.size());
}

template <class T>
void train(const std::string& name, const std::vector<Fields>& lines) {
  const Data<T> data = arrays_of<T>(lines);
  const Data<T> training = data.part(0, training_count);
  const Data<T> test = data.part(training_count, data.size());
  std::vector<ad::Array<T>> p = initial_parameters<T>();
  std::vector<ad::Array<T>> velocity(p.size());  // the number 0 broadcasts
  ad::ProgressBar bar("training in " + name, epochs);
  for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
    for (std::size_t begin = 0; begin < training.size(); begin += batch) {
      const Data<T> some = training.part(begin, std::min(begin + batch, training.size()));
      const auto gradient = ad::gradient([&](const auto& q) { return loss(q, some); }, p);
      for (std::size_t k = 0; k < p.size(); ++k) {
        velocity[k] = 0.9 * velocity[k] - 0.2 * gradient[k];
        p[k] = p[k] + velocity[k];
      }
    }
    bar.update(static_cast<double>(epoch));
  }
  bar.clear();
  const ad::Array<T> inputs = hidden_inputs(p, training.images);
  const auto inactive = std::count_if(inputs.data(), inputs.data() + inputs.size(),
                                      [](T input) { return input <= 0; });
  fmt::print("{:<6}  {:.4f}  {:7.1f}%  {:.1f}%  {:13.1f}%\n", name, loss(p, training),
             100 * accuracy(p, training), 100 * accuracy(p, test),
             100.0 * static_cast<double>(inactive) / static_cast<double>(inputs.size()));
}

}  // namespace

int main() {
  const std::vector<Fields> lines = read(AUTODIFF_EXAMPLES_DIR "/data/digits.csv");
  fmt::print("{} digits to train on, {} to test on\n\n", training_count,
             lines.size() - training_count);
  fmt::print("        loss    training  test   inactive units\n");
  train<double>("double", lines);
  train<float>("float", lines);
}
