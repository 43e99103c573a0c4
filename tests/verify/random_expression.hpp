// Random expressions over all registered operations, evaluated on any carrier.
#pragma once

#include <cstddef>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <autodiff/autodiff.hpp>

namespace ad::test {

/// A tree of operations, its nodes in the order of evaluation.
class RandomExpression {
 public:
  struct Node {
    std::shared_ptr<const Primitive> operation;  ///< null for a leaf
    std::vector<std::size_t> arguments;          ///< nodes before this one
    std::size_t variable = 0;                    ///< of a leaf: its number, or `constant`
    double number = 0;                           ///< of a constant
  };

  static constexpr std::size_t constant = static_cast<std::size_t>(-1);

  /// `random` is a generator of 64 random bits.
  template <class Random>
  RandomExpression(Random& random, std::size_t variables, int depth) : variables_(variables) {
    grow(random, depth);
  }

  const std::vector<Node>& nodes() const { return nodes_; }

  /// The value of every node; `after(k, value)` may replace the value of node k.
  template <class T, class After>
  std::vector<T> evaluate_all(std::span<const T> x, After&& after) const {
    std::vector<T> values;
    values.reserve(nodes_.size());
    std::vector<T> arguments;
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
      const Node& node = nodes_[k];
      if (node.operation == nullptr) {
        values.push_back(after(k, node.variable == constant ? T(node.number) : x[node.variable]));
        continue;
      }
      arguments.clear();
      for (const std::size_t a : node.arguments) arguments.push_back(values[a]);
      values.push_back(after(k, node.operation->evaluator->apply(std::span<const T>(arguments))));
    }
    return values;
  }

  template <class T>
  T evaluate(std::span<const T> x) const {
    return evaluate_all<T>(x, [](std::size_t, const T& v) { return v; }).back();
  }

  std::string text() const {
    std::vector<std::string> texts;
    for (const Node& node : nodes_) {
      std::string s;
      if (node.operation == nullptr) {
        s = node.variable == constant ? fmt::format("{}", node.number)
                                      : std::string(1, "xyzuvw"[node.variable]);
      } else {
        s = node.operation->name + "(";
        for (std::size_t i = 0; i < node.arguments.size(); ++i) {
          s += (i > 0 ? ", " : "") + texts[node.arguments[i]];
        }
        s += ")";
      }
      texts.push_back(s);
    }
    return texts.back();
  }

 private:
  static const std::vector<std::shared_ptr<const Primitive>>& operations() {
    static const auto list = [] {
      std::vector<std::shared_ptr<const Primitive>> result;
      for (const std::string& name : primitive_names()) {
        const auto p = find_primitive(name);
        if (p->built_in) result.push_back(p);
      }
      return result;
    }();
    return list;
  }

  template <class Random>
  std::size_t grow(Random& random, int depth) {
    std::uniform_real_distribution<double> unit(0, 1);
    Node node;
    if (depth == 0 || unit(random) < 0.15) {
      node.variable =
          unit(random) < 0.75 ? static_cast<std::size_t>(random() % variables_) : constant;
      node.number = std::ldexp(std::round(unit(random) * 512 - 256), -6);
    } else {
      node.operation = operations()[random() % operations().size()];
      std::size_t arguments = node.operation->arity;
      if (node.operation->group > 0) arguments += node.operation->group * (random() % 3);
      for (std::size_t i = 0; i < arguments; ++i) {
        node.arguments.push_back(grow(random, depth - 1));
      }
    }
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }

  std::size_t variables_;
  std::vector<Node> nodes_;
};

}  // namespace ad::test
