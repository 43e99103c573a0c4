// Eigen with the values of this library. Not part of the umbrella header: only who includes this
// needs Eigen (3.4).
//
//     #include <autodiff/interop/eigen.hpp>
//
//     Eigen::VectorXd g = ad::gradient([](const auto& x) { return x.squaredNorm(); }, x0);
//     Eigen::Matrix<ad::Real, 3, 1> y = a.partialPivLu().solve(b);
#pragma once

#include <autodiff/interop/eigen_point.hpp>
#include <autodiff/interop/eigen_scalar.hpp>
#include <autodiff/interop/eigen_solve.hpp>
