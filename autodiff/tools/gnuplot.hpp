// Speaks to gnuplot.
#pragma once

#include <string>
#include <string_view>

#include <autodiff/core/error.hpp>

namespace ad::tools {

/// gnuplot is missing or did not do its work.
class GnuplotError : public Error {
 public:
  using Error::Error;
};

/// The text as gnuplot reads it: between single quotes nothing is special but the quote itself.
std::string gnuplot_string(std::string_view text);

/// What gnuplot prints when it is given this script. Throws GnuplotError.
std::string run_gnuplot(const std::string& script);

}  // namespace ad::tools
