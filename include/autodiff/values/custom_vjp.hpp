// Custom primitives from callables: the user's value function with the user's own derivative.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include <autodiff/ops/registry.hpp>
#include <autodiff/values/custom_rule.hpp>
#include <autodiff/values/dual.hpp>
#include <autodiff/values/evaluator.hpp>
#include <autodiff/values/traced.hpp>
#include <autodiff/values/var.hpp>

namespace ad {

/// The handle of a custom rule: call it on plain numbers and on every value type. Copies share the
/// rule, and so do the tapes that use it: the handle may be gone before the sweep.
template <class Value, class Vjp, std::size_t Arity>
class CustomVjp {
 public:
  using Rule = detail::CustomRule<Value, Vjp, Arity>;
  static constexpr std::size_t arity = Arity;
  static constexpr std::size_t outputs = Rule::outputs;

  CustomVjp(std::string name, Value value, Vjp vjp)
      : rule_(std::make_shared<const Rule>(std::move(name), std::move(value), std::move(vjp))) {}

  const std::string& name() const { return rule_->name(); }

  /// How often the VJP has run, in sweeps and in forward mode: 0 means it was never used.
  std::size_t pullbacks() const { return rule_->pullbacks(); }

  /// The value at x..., a tuple of values if the value function returns a tuple. On a tape value it
  /// records one call of the rule; a dual number gets its tangents from the VJP, one call per
  /// output.
  template <Operand... X>
  requires Compatible<X...>
  auto operator()(const X&... x) const {
    static_assert(sizeof...(X) == Arity,
                  "custom_vjp: the rule is called with another number of "
                  "arguments than its value function takes");
    static_assert(!(HasElements<X> || ...),
                  "custom_vjp: this rule is one of numbers; for arrays write "
                  "custom_vjp<ad::OnArrays>");
    using V = common_value_t<X...>;
    return bundle(on(std::array<V, Arity>{V(x)...}));
  }

 private:
  template <class T>
  using Arguments = typename Rule::template Arguments<T>;
  template <class T>
  using Results = typename Rule::template Results<T>;
  template <class T>
  using Residual = typename Rule::template Residual<T>;

  template <class T>
  static constexpr bool is_plain = Arithmetic<T> || OwnNumber<T>;

  template <class V>
  static auto bundle(const Results<V>& y) {
    if constexpr (detail::Outputs<typename Rule::ResultInDouble>::is_tuple) {
      return std::apply([](const auto&... each) { return std::make_tuple(each...); }, y);
    } else {
      return y[0];
    }
  }

  template <class T>
  requires is_plain<T> Results<T> on(const Arguments<T>& x)
  const { return rule_->evaluate(x).first; }

  /// The numbers one level further in.
  template <class V>
  static auto inner_values(const std::array<V, Arity>& x) {
    Arguments<typename V::inner_type> values;
    for (std::size_t i = 0; i < Arity; ++i) values[i] = x[i].value();
    return values;
  }

  template <class T, std::size_t N, class Tag>
  Results<Dual<T, N, Tag>> on(const Arguments<Dual<T, N, Tag>>& x) const {
    const Arguments<T> values = inner_values(x);
    Results<Dual<T, N, Tag>> result;
    if constexpr (N == 0) {
      const Results<T> y = on(values);
      for (std::size_t k = 0; k < outputs; ++k) result[k] = Dual<T, N, Tag>(y[k], {});
    } else {
      const auto [y, residual] = forward(values);
      for (std::size_t k = 0; k < outputs; ++k) {
        std::array<T, N> tangent{};
        Results<T> unit{};
        unit[k] = T(1);
        const Arguments<T> partial = rule_->template pull_back<T>(unit, values, y, residual);
        for (std::size_t i = 0; i < Arity; ++i) {
          detail::add_tangent(tangent, partial[i], x[i].tangents(), name());
        }
        result[k] = Dual<T, N, Tag>(y[k], tangent);
      }
    }
    return result;
  }

  template <class T>
  Results<Ranged<T>> on(const Arguments<Ranged<T>>& x) const {
    const Results<T> y = on(inner_values(x));
    Results<Ranged<T>> result;
    for (std::size_t k = 0; k < outputs; ++k) result[k] = Ranged<T>(y[k]);
    return result;
  }

  /// Each output is recorded as an operation of its own.
  template <class T>
  Results<Traced<T>> on(const Arguments<Traced<T>>& x) const {
    const Results<T> y = on(inner_values(x));
    Results<Traced<T>> result;
    for (std::size_t k = 0; k < outputs; ++k) {
      result[k] = Traced<T>::record(name(), {}, x, y[k], [&] {
        auto output = [rule = *this, k]<class V>(std::span<const V> each) {
          Arguments<V> arguments{};
          std::copy(each.begin(), each.end(), arguments.begin());
          return rule.on(arguments)[k];
        };
        return std::make_shared<const detail::TracedFunction<T, decltype(output)>>(output);
      });
    }
    return result;
  }

  template <class T>
  Results<Var<T>> on(const Arguments<Var<T>>& x) const {
    Arguments<T> values;
    Arguments<std::uint32_t> indices;
    bool active = false;
    for (std::size_t i = 0; i < Arity; ++i) {
      values[i] = x[i].value();
      indices[i] = x[i].index();
      active = active || x[i].is_active();
      Tape<T>::verify(x[i].index(), x[i].generation(), "custom_vjp");
    }
    auto [y, residual] = forward(values);
    Results<Var<T>> result;
    if (!active) {
      for (std::size_t k = 0; k < outputs; ++k) result[k] = Var<T>(y[k]);
      return result;
    }
    Tape<T>& tape = *Tape<T>::recording();
    const std::uint32_t first = tape.record_call(
        std::make_unique<RecordedCall<T>>(rule_, values, indices, y, std::move(residual)), outputs);
    for (std::size_t k = 0; k < outputs; ++k) {
      result[k] = Var<T>(y[k], first + static_cast<std::uint32_t>(k), tape.generation());
    }
    return result;
  }

  /// Results and residual at numbers of any type. Of nested numbers the results carry derivatives
  /// by this same rule; the residual carries them if the value function is generic.
  template <class T>
  std::pair<Results<T>, Residual<T>> forward(const Arguments<T>& x) const {
    if constexpr (is_plain<T>) {
      return rule_->evaluate(x);
    } else {
      Results<T> y = on(x);
      if constexpr (!Rule::has_residual) {
        return {y, {}};
      } else if constexpr (is_generic_v<Value>) {
        return {y, rule_->evaluate(x).second};
      } else {
        Arguments<double> plain;
        for (std::size_t i = 0; i < Arity; ++i) plain[i] = detail::to_double(x[i]);
        return {y, rule_->template evaluate<double>(plain).second};
      }
    }
  }

  template <class T>
  class RecordedCall : public detail::CustomCall<T> {
   public:
    RecordedCall(std::shared_ptr<const Rule> rule, const Arguments<T>& x,
                 const Arguments<std::uint32_t>& indices, const Results<T>& y, Residual<T> residual)
        : rule_(std::move(rule)), x_(x), indices_(indices), y_(y), residual_(std::move(residual)) {}

    void reverse(detail::Adjoints<T>& adjoints, std::uint32_t first_output) override {
      Results<T> cotangent;
      for (std::size_t k = 0; k < outputs; ++k) {
        cotangent[k] = adjoints.of(first_output + static_cast<std::uint32_t>(k));
      }
      const Arguments<T> c = rule_->template pull_back<T>(cotangent, x_, y_, residual_);
      for (std::size_t i = 0; i < Arity; ++i) adjoints.add(indices_[i], c[i]);
    }

   private:
    std::shared_ptr<const Rule> rule_;
    Arguments<T> x_;
    Arguments<std::uint32_t> indices_;
    Results<T> y_;
    [[no_unique_address]] Residual<T> residual_;
  };

  std::shared_ptr<const Rule> rule_;
};

/// A primitive from a value function and its vector-Jacobian product.
///
/// `value(x...) -> y`, `vjp(cotangent, x..., y) -> x cotangents`: one cotangent for one argument,
/// else a tuple, array or vector of one per argument. Several outputs are a std::tuple; then
/// cotangent and y are tuples as well. A callable with `auto` parameters must accept every value
/// type and serves derivatives of any order. A callable of double computes in double: a second
/// derivative through it throws RuleError. Arity is deduced, or given: `custom_vjp<2>(...)`.
///
///     auto softplus = ad::custom_vjp(
///         "softplus", [](auto x) { return log1p(exp(x)); },
///         [](auto cotangent, auto x, auto) { return cotangent / (1 + exp(-x)); });
template <std::size_t Arity = 0, class Value, class Vjp>
auto custom_vjp(std::string name, Value value, Vjp vjp) {
  using Number = std::conditional_t<is_generic_v<Value>, Plain<double>, double>;
  constexpr std::size_t arity = Arity > 0 ? Arity : detail::deduce_arity<Value, Number>();
  static_assert(arity > 0,
                "custom_vjp: the value function must be callable with one to eight numbers "
                "of one type; write its parameters as auto or double");
  return CustomVjp<Value, Vjp, arity>(std::move(name), std::move(value), std::move(vjp));
}

/// Enters a custom rule under its name, so that expressions can call it. Throws RegistryError if
/// the name is taken.
template <class Value, class Vjp, std::size_t Arity>
void register_primitive(const CustomVjp<Value, Vjp, Arity>& rule) {
  static_assert(CustomVjp<Value, Vjp, Arity>::outputs == 1,
                "register_primitive: expressions call operations of one output");
  Primitive primitive;
  primitive.name = rule.name();
  primitive.arity = Arity;
  primitive.samples.assign(Arity, Interval{-4, 4});
  primitive.evaluator =
      std::make_shared<const detail::EvaluatorFor<CustomVjp<Value, Vjp, Arity>, Arity>>(rule);
  register_primitive(std::move(primitive));
}

}  // namespace ad
