// Checks the partial derivatives of very many variables together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <autodiff/core/quad.hpp>
#include <autodiff/verify/subject.hpp>

#include "autodiff/verify/slopes.hpp"

namespace ad::detail {

/// From here on a claim for one variable at a time would cost too many evaluations.
inline constexpr std::size_t many_variables = 64;

/// Variables whose claims agree with the slope along a random direction of all of them.
struct VerifiedBlock {
  std::vector<std::size_t> variables;
  Quad claimed;          ///< along the direction
  Estimate<Quad> slope;  ///< of the function along it
};

struct Projection {
  std::vector<VerifiedBlock> blocks;
  std::vector<std::size_t> left;      ///< variables to be checked one by one
  std::vector<std::size_t> suspects;  ///< those of them that spoil a smooth block of two or three
};

/// With so many suspects a gradient is as good as refuted.
inline constexpr std::size_t enough_suspects = 16;

/// Compares ⟨g, v⟩ with the slope of the function along random directions v.
///
/// Claims of similar size are taken together, so that none hides in the rounding of another: a
/// block agrees only if it does within an error that is below 2^-44 of the smallest claim in it,
/// and a block of zeros only if the function does not move at all. A block that does not agree, or
/// along which the function is not smooth, is halved, down to single variables, which are left.
/// Costs one evaluation of a slope for many right claims, and 2 log2(n) for a wrong one. Beyond
/// `enough_suspects`, blocks that the function is smooth along are left as they are.
Projection project(const QuadFunction& function, std::span<const double> point,
                   std::span<const Quad> claims, std::span<const std::size_t> variables,
                   std::uint64_t seed);

}  // namespace ad::detail
