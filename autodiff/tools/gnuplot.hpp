// Runs gnuplot.
#pragma once

#include <string>

#include <autodiff/core/error.hpp>

namespace ad::tools {

/// gnuplot is missing or did not do its work.
class GnuplotError : public Error {
 public:
  using Error::Error;
};

/// What gnuplot prints when it is given this script. Throws GnuplotError.
std::string run_gnuplot(const std::string& script);

}  // namespace ad::tools
