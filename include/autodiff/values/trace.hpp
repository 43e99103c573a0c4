// A run of a function, operation by operation: what was applied, to what, with what result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <autodiff/core/quad.hpp>
#include <autodiff/core/source_location.hpp>
#include <autodiff/tape/tape.hpp>
#include <autodiff/values/var.hpp>

namespace ad::detail {

/// An operation of a run, to be evaluated and swept again by itself.
class TracedRule {
 public:
  virtual ~TracedRule() = default;

  virtual double value(std::span<const double> x) const = 0;
  virtual Quad value(std::span<const Quad> x) const = 0;

  /// The cotangents of the arguments by the operation's own rule.
  virtual void pull_back(std::span<const double> x, const double& cotangent,
                         std::span<double> result) const = 0;
  virtual void pull_back(std::span<const Quad> x, const Quad& cotangent,
                         std::span<Quad> result) const = 0;

  // What people call them.
  virtual std::vector<std::string> argument_names(std::size_t count) const {
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= count; ++i) names.push_back("argument " + std::to_string(i));
    return names;
  }
  /// Empty if there is only one result.
  virtual std::string result_name() const { return {}; }
};

/// The rule of a function of a span of numbers of any type. What is asked in double is computed in
/// T, the precision of the run.
template <class T, class Function>
class TracedFunction final : public TracedRule {
 public:
  explicit TracedFunction(Function function) : function_(std::move(function)) {}

  double value(std::span<const double> x) const override {
    const std::vector<T> numbers = converted<T>(x);
    return static_cast<double>(function_(std::span<const T>(numbers)));
  }
  Quad value(std::span<const Quad> x) const override { return function_(x); }

  void pull_back(std::span<const double> x, const double& cotangent,
                 std::span<double> result) const override {
    sweep<T>(converted<T>(x), static_cast<T>(cotangent), result);
  }
  void pull_back(std::span<const Quad> x, const Quad& cotangent,
                 std::span<Quad> result) const override {
    sweep<Quad>(converted<Quad>(x), cotangent, result);
  }

  std::vector<std::string> argument_names(std::size_t count) const override {
    if constexpr (requires { function_.argument_names(); }) {
      return function_.argument_names();
    } else {
      return TracedRule::argument_names(count);
    }
  }
  std::string result_name() const override {
    if constexpr (requires { function_.result_name(); }) {
      return function_.result_name();
    } else {
      return {};
    }
  }

 private:
  template <class To, class From>
  static std::vector<To> converted(std::span<const From> x) {
    std::vector<To> result;
    result.reserve(x.size());
    for (const From& number : x) result.push_back(static_cast<To>(number));
    return result;
  }

  template <class Number, class Result>
  void sweep(const std::vector<Number>& x, const Number& cotangent,
             std::span<Result> result) const {
    Tape<Number> tape;
    const std::vector<Var<Number>> inputs = tape.inputs(std::span<const Number>(x));
    const Var<Number> y = function_(std::span<const Var<Number>>(inputs));
    tape.reverse(y, cotangent);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      result[i] = static_cast<Result>(tape.adjoint(inputs[i]));
    }
  }

  Function function_;
};

/// An operation that was applied, or an input of the run, which has no rule.
struct TraceEntry {
  std::string operation;
  SourceLocation where;                ///< of the call, where it is known
  std::vector<double> arguments;       ///< what it got
  std::vector<std::uint32_t> sources;  ///< numbers of the entries they come from; 0: a constant
  double result = 0;
  std::shared_ptr<const TracedRule> rule;
  std::uint32_t call = 0;  ///< the first entry of a call with several results; 0: this one
};

/// A run has more operations than a trace may hold.
class TraceIsFull : public std::exception {
 public:
  const char* what() const noexcept override { return "the run is too long to be traced"; }
};

/// While one lives, `Traced` numbers on this thread enter in it what is applied to them. Nests; the
/// innermost one is told. Entries are numbered from 1, the inputs first.
class Trace {
 public:
  /// Throws TraceIsFull beyond so many entries, their arguments counted among them.
  explicit Trace(std::size_t most = std::numeric_limits<std::size_t>::max())
      : previous_(current_), room_(most) {
    current_ = this;
  }
  ~Trace() { current_ = previous_; }
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  static Trace* current() { return current_; }

  std::uint32_t add_input(double number) {
    ++inputs_;
    return add({.operation = {},
                .where = {},
                .arguments = {},
                .sources = {},
                .result = number,
                .rule = nullptr});
  }
  /// Its number.
  std::uint32_t add(TraceEntry entry) {
    if (entry.arguments.size() >= room_) throw TraceIsFull();
    room_ -= 1 + entry.arguments.size();
    entries_.push_back(std::move(entry));
    return static_cast<std::uint32_t>(entries_.size());
  }

  std::size_t size() const { return entries_.size(); }
  std::size_t inputs() const { return inputs_; }
  const TraceEntry& operator[](std::size_t number) const { return entries_[number - 1]; }
  bool is_input(std::size_t number) const { return number <= inputs_; }
  /// The first entry of its call.
  std::uint32_t call_of(std::uint32_t number) const {
    const std::uint32_t first = (*this)[number].call;
    return first == 0 ? number : first;
  }
  /// The how-manieth operation of the run this is, from 1.
  std::size_t place(std::size_t number) const { return number - inputs_; }

  /// What the run led to.
  double output = 0;
  std::uint32_t output_source = 0;

 private:
  static inline constinit thread_local Trace* current_ = nullptr;

  Trace* previous_;
  std::size_t room_;
  std::size_t inputs_ = 0;
  std::vector<TraceEntry> entries_;
};

}  // namespace ad::detail
