# What is needed from the system. A missing package ends the configuration with its Debian name.

macro(autodiff_require package debian)
  find_package(${package} ${ARGN} QUIET)
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "${package} not found: sudo apt-get install ${debian}, or run ./dev setup")
  endif()
endmacro()

# Also a project that adds this one as a subdirectory must see them.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
autodiff_require(fmt libfmt-dev)
autodiff_require(Boost libboost-dev 1.74)
autodiff_require(Eigen3 libeigen3-dev 3.4 NO_MODULE)
autodiff_require(nlohmann_json nlohmann-json3-dev)
autodiff_require(MPFR libmpfr-dev)
autodiff_require(Threads libc6-dev)
if(AUTODIFF_BUILD_PROGRAM)
  autodiff_require(CLI11 libcli11-dev)
endif()
if(AUTODIFF_BUILD_EXAMPLES)
  autodiff_require(NLopt libnlopt-cxx-dev)
endif()
if(AUTODIFF_BUILD_TESTS)
  autodiff_require(GTest libgtest-dev)
endif()
if(AUTODIFF_BUILD_BENCH)
  autodiff_require(benchmark libbenchmark-dev)
endif()

# Some distributions split Boost; its package alone does not prove that these are there.
foreach(header IN ITEMS multiprecision/cpp_bin_float.hpp math/special_functions.hpp)
  find_file(autodiff_boost_header boost/${header} HINTS ${Boost_INCLUDE_DIRS} NO_CACHE)
  if(NOT autodiff_boost_header)
    message(FATAL_ERROR "boost/${header} not found: sudo apt-get install libboost-dev, or run ./dev setup")
  endif()
  unset(autodiff_boost_header)
endforeach()

# Private to our own sources; none of them reaches a user of the library.
set(autodiff_header_only_dependencies Boost::headers Eigen3::Eigen nlohmann_json::nlohmann_json)
