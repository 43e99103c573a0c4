// The exceptions of the library. Every message says who complains, what was found, what was needed
// and what to do.
#pragma once

#include <stdexcept>
#include <string>

namespace ad {

/// Base of every exception that the library throws by itself.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A parameter outside its allowed range: a slope at 0 of 1.5, an empty interval.
class ParameterError : public Error {
 public:
  using Error::Error;
};

/// Containers or matrices whose sizes do not fit together.
class ShapeError : public Error {
 public:
  using Error::Error;
};

/// Misuse of a tape: a value that is retired or of another tape, no tape, the memory limit.
class TapeError : public Error {
 public:
  using Error::Error;
};

/// A custom rule that cannot do what is asked of it: wrong arity, no second derivative.
class RuleError : public Error {
 public:
  using Error::Error;
};

/// A kink met where a driver was told to refuse kinks.
class KinkError : public Error {
 public:
  using Error::Error;
};

/// A name that is registered twice, or asked for and unknown.
class RegistryError : public Error {
 public:
  using Error::Error;
};

}  // namespace ad
