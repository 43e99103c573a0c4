// Makes a command line unambiguous before the argument parser sees it.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace ad::tools {

/// An expression may begin with a minus sign, as in `autodiff grad -x^2 --at x=-1`, and so may the
/// value of an option. In the result every option is joined with its value and what is no option
/// follows behind "--". The first argument names a command; if it names none, nothing is changed.
/// Throws UsageError for an option that the command does not have and for an expression too many.
std::vector<std::string> arranged(CLI::App& program, const std::vector<std::string>& arguments);

}  // namespace ad::tools
