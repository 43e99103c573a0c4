// libtorch: arrays on a tape of its own, with one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include <autodiff/autodiff.hpp>

namespace peers {

/// What the workloads are given; it takes the functions that they call otherwise than libtorch does
/// beside it, where they are found by their argument.
struct Tensor : at::Tensor {
  Tensor() = default;
  Tensor(at::Tensor tensor)
      : at::Tensor(std::move(tensor)) {}  // NOLINT(google-explicit-constructor)
};

inline at::Tensor logsumexp(const Tensor& x) { return at::logsumexp(x, 0); }
inline at::Tensor cross_entropy(const at::Tensor& logits, const Tensor& labels) {
  return at::cross_entropy_loss(logits, labels);
}
inline at::Tensor slice(const Tensor& x, std::int64_t axis, std::size_t begin, std::size_t end) {
  return at::slice(x, axis, static_cast<std::int64_t>(begin), static_cast<std::int64_t>(end));
}
inline const at::Tensor& element(const Tensor& x) { return x; }
inline at::Tensor element(const Tensor& x, std::int64_t i) { return at::select(x, 0, i); }

template <class T>
Tensor tensor_of(const ad::Array<T>& x) {
  const std::vector<std::int64_t> shape(x.shape().begin(), x.shape().end());
  std::vector<T> numbers = x.to_vector();
  return at::from_blob(numbers.data(), shape, at::CppTypeToScalarType<T>::value).clone();
}
inline Tensor tensor_of(const std::vector<std::size_t>& labels) {
  Tensor tensor = at::empty({static_cast<std::int64_t>(labels.size())}, at::kLong);
  std::copy(labels.begin(), labels.end(), tensor.data_ptr<std::int64_t>());
  return tensor;
}
template <class T>
std::vector<Tensor> tensor_of(const std::vector<ad::Array<T>>& arrays) {
  std::vector<Tensor> tensors;
  for (const auto& each : arrays) tensors.push_back(tensor_of(each));
  return tensors;
}
template <class... X>
auto tensor_of(const std::tuple<X...>& arrays) {
  return std::apply([](const X&... each) { return std::tuple{tensor_of(each)...}; }, arrays);
}

/// A workload for arrays with its data and its variables in tensors.
template <class Workload>
class LibTorch {
 public:
  static constexpr const char* name = "libtorch";

  explicit LibTorch(const Workload& f)
      : f_(f), data_(tensor_of(f.data)), point_(tensor_of(f.point)) {
    at::set_num_threads(1);
    collect(point_);
    for (const auto& each : variables_) each.requires_grad_();
  }

  /// One array for each variable.
  std::vector<at::Tensor> gradient() const {
    return torch::autograd::grad({value(point_)}, variables_);
  }

  std::vector<double> gradient_numbers() const {
    std::vector<double> numbers;
    for (const at::Tensor& each : gradient()) {
      const at::Tensor array = each.to(at::kDouble).contiguous();
      numbers.insert(numbers.end(), array.data_ptr<double>(),
                     array.data_ptr<double>() + array.numel());
    }
    return numbers;
  }

 private:
  void collect(const Tensor& x) { variables_.push_back(x); }
  void collect(const std::vector<Tensor>& x) { variables_.assign(x.begin(), x.end()); }
  template <class... X>
  void collect(const std::tuple<X...>& x) {
    std::apply([this](const X&... each) { (variables_.push_back(each), ...); }, x);
  }

  template <class X>
  at::Tensor value(const X& x) const {
    return f_(data_, x);
  }
  template <class... X>
  at::Tensor value(const std::tuple<X...>& x) const {
    return std::apply([this](const X&... each) { return f_(data_, each...); }, x);
  }

  Workload f_;
  decltype(tensor_of(std::declval<Workload>().data)) data_;
  decltype(tensor_of(std::declval<Workload>().point)) point_;
  std::vector<at::Tensor> variables_;
};

}  // namespace peers
