// A ReLU network in arrays: whole batches through matrix products, in double and in float, beside
// the same with leaky ReLU. Writes a picture of the training: 09_digits_in_arrays [FILE.svg]
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <autodiff/autodiff.hpp>
#include <autodiff/tools/csv.hpp>
#include <autodiff/tools/progress_bar.hpp>

namespace {

constexpr std::size_t pixels = 64, digits = 10;
constexpr std::array<std::size_t, 4> widths{pixels, 128, 64, digits};
constexpr std::size_t hidden_layers = widths.size() - 2;
constexpr std::size_t training_count = 1437, batch = 32, epochs = 20;

/// Rows of pixels from 0 to 1, and the digit of each.
template <class T>
struct Data {
  ad::Array<T> images;
  std::span<const std::size_t> labels;

  std::size_t size() const { return labels.size(); }
  Data part(std::size_t begin, std::size_t end) const {
    return {images.slice(0, begin, end), labels.subspan(begin, end - begin)};
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

std::vector<std::size_t> labels_of(const std::vector<Fields>& lines) {
  std::vector<std::size_t> labels;
  for (const Fields& fields : lines) {
    labels.push_back(std::strtoul(fields[pixels].c_str(), nullptr, 10));
  }
  return labels;
}

template <class T>
ad::Array<T> images_of(const std::vector<Fields>& lines) {
  std::vector<T> images;
  for (const Fields& fields : lines) {
    for (std::size_t j = 0; j < pixels; ++j) {
      images.push_back(std::strtof(fields[j].c_str(), nullptr) / 16);
    }
  }
  return {{lines.size(), pixels}, images};
}

/// Weights and biases, layer after layer.
template <class T>
std::vector<ad::Array<T>> initial_parameters() {
  std::vector<ad::Array<T>> p;
  for (std::size_t layer = 0; layer + 1 < widths.size(); ++layer) {
    const std::size_t from = widths[layer];
    const std::size_t to = widths[layer + 1];
    p.push_back(std::sqrt(2.0 / static_cast<double>(from)) *
                ad::Array<T>::normal({from, to}, layer + 1));
    p.push_back(ad::Array<T>::zeros({to}));
  }
  return p;
}

/// What each layer makes of the images before its activation; the last ones are the scores.
template <class A, class T, class Activation>
std::vector<A> layers(const std::vector<A>& p, const ad::Array<T>& images,
                      const Activation& activation) {
  std::vector<A> inputs{matmul(images, p[0]) + p[1]};
  for (std::size_t k = 2; k < p.size(); k += 2) {
    inputs.push_back(matmul(A(activation(inputs.back())), p[k]) + p[k + 1]);
  }
  return inputs;
}

double accuracy(const ad::Array<double>& scores, std::span<const std::size_t> labels) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double* const row = scores.data() + i * digits;
    right += static_cast<std::size_t>(std::max_element(row, row + digits) - row) == labels[i];
  }
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

template <class T>
ad::Array<double> in_double(const ad::Array<T>& x) {
  const std::vector<T> numbers = x.to_vector();
  return {x.shape(), std::vector<double>(numbers.begin(), numbers.end())};
}

/// Adam, with the usual constants (Kingma and Ba 2015).
template <class T>
class Adam {
 public:
  explicit Adam(std::size_t count) : mean_(count), square_(count) {}

  void step(std::vector<ad::Array<T>>& p, const std::vector<ad::Array<T>>& gradient) {
    ++steps_;
    const double rate = 2e-3 * std::sqrt(1 - std::pow(0.999, steps_)) / (1 - std::pow(0.9, steps_));
    for (std::size_t k = 0; k < p.size(); ++k) {
      mean_[k] = 0.9 * mean_[k] + 0.1 * gradient[k];  // the number 0 broadcasts
      square_[k] = 0.999 * square_[k] + 0.001 * square(gradient[k]);
      p[k] = p[k] - rate * mean_[k] / (sqrt(square_[k]) + 1e-8);
    }
  }

 private:
  std::vector<ad::Array<T>> mean_, square_;
  int steps_ = 0;
};

/// A training, epoch by epoch.
struct Curves {
  std::string name;
  std::vector<double> loss, accuracy;  ///< on the training set, on the test set
};

template <class T, class Activation>
Curves train(const std::string& name, const std::vector<Fields>& lines,
             const Activation& activation) {
  const std::vector<std::size_t> labels = labels_of(lines);
  const Data<T> data{images_of<T>(lines), labels};
  const Data<T> training = data.part(0, training_count);
  const Data<T> test = data.part(training_count, data.size());
  const auto loss = [&](const auto& p, const Data<T>& some) {
    return cross_entropy(layers(p, some.images, activation).back(), some.labels);
  };
  std::vector<ad::Array<T>> p = initial_parameters<T>();
  Adam<T> optimiser(p.size());
  Curves curves{name, {}, {}};
  ad::ProgressBar bar("training " + name, epochs);
  for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
    for (std::size_t begin = 0; begin < training.size(); begin += batch) {
      const Data<T> some = training.part(begin, std::min(begin + batch, training.size()));
      optimiser.step(p, ad::gradient([&](const auto& q) { return loss(q, some); }, p));
    }
    curves.loss.push_back(static_cast<double>(loss(p, training)));
    curves.accuracy.push_back(
        accuracy(in_double(layers(p, test.images, activation).back()), test.labels));
    bar.update(static_cast<double>(epoch));
  }
  bar.clear();
  const std::vector<ad::Array<T>> inputs = layers(p, training.images, activation);
  fmt::print("{:<20}  {:.4f}  {:6.1f}%  {:.1f}%", name, curves.loss.back(),
             100 * accuracy(in_double(inputs.back()), training.labels),
             100 * curves.accuracy.back());
  for (std::size_t layer = 0; layer < hidden_layers; ++layer) {
    fmt::print("  {:6.1f}%", 100 * mean(ad::Array<double>(in_double(inputs[layer]) <= 0)));
  }
  fmt::print("\n");
  return curves;
}

/// Both curves of every training, side by side, drawn by gnuplot.
void draw(const std::vector<Curves>& all, const std::string& path) {
  std::string script = fmt::format(
      "set terminal svg size 900,360\nset output '{}'\nset multiplot layout 1,2\n"
      "set xlabel 'epoch'\nset grid\nset key center right\n",
      path);
  const auto panel = [&](const std::string& title, auto member) {
    script += fmt::format("set title '{}'\nplot ", title);
    for (const Curves& each : all) {
      script += fmt::format("'-' using 1:2 with lines linewidth 2 title '{}', ", each.name);
    }
    script += "\n";
    for (const Curves& each : all) {
      const std::vector<double>& values = each.*member;
      for (std::size_t i = 0; i < values.size(); ++i) {
        script += fmt::format("{} {}\n", i + 1, values[i]);
      }
      script += "e\n";
    }
  };
  panel("loss on the training set", &Curves::loss);
  panel("accuracy on the test set", &Curves::accuracy);
  FILE* const gnuplot = popen("gnuplot", "w");
  if (gnuplot == nullptr || std::fputs(script.c_str(), gnuplot) < 0 || pclose(gnuplot) != 0) {
    throw ad::Error("gnuplot did not draw " + path);
  }
  fmt::print("\ncurves: {}\n", path);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string picture = count > 1 ? arguments[1] : "digits.svg";
  if (!picture.ends_with(".svg")) {  // else a data file given by mistake would be written over
    fmt::print(stderr, "{}: the picture to write is no .svg file\n", picture);
    return 2;
  }
  const std::vector<Fields> lines = read(AUTODIFF_EXAMPLES_DIR "/data/digits.csv");
  fmt::print("{} digits to train on, {} to test on\n\n", training_count,
             lines.size() - training_count);
  fmt::print("                        loss  training   test  inactive units per layer\n");
  const auto with_relu = [](const auto& x) { return relu(x); };
  const auto with_leaky_relu = [](const auto& x) { return leaky_relu(x, 0.1); };
  const std::vector<Curves> all{train<double>("relu, double", lines, with_relu),
                                train<float>("relu, float", lines, with_relu),
                                train<float>("leaky relu, float", lines, with_leaky_relu)};
  draw(all, picture);
}
