# What all our targets have in common.

set(autodiff_bin_dir "${PROJECT_BINARY_DIR}/bin")

# autodiff_sources(<variable> <layer>...): the sources compiled into the given layers.
function(autodiff_sources variable)
  list(TRANSFORM ARGN REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/autodiff/\\1/*.cpp" OUTPUT_VARIABLE patterns)
  file(GLOB sources CONFIGURE_DEPENDS ${patterns})
  set(${variable} ${sources} PARENT_SCOPE)
endfunction()

# autodiff_defaults(<target>): strict C++20, position independent, warnings.
function(autodiff_defaults target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_compile_definitions(${target} PRIVATE AUTODIFF_VERSION="${PROJECT_VERSION}")
  target_compile_options(
    ${target}
    PRIVATE -Wall
            -Wextra
            -Wpedantic
            -Wshadow
            -Wnon-virtual-dtor
            -Woverloaded-virtual
            -Wold-style-cast
            -Wcast-qual
            -Wextra-semi
            -Wfloat-conversion
            $<$<BOOL:${AUTODIFF_WERROR}>:-Werror>)
endfunction()

# autodiff_add_test(<layer> <source>...): the executable <layer>_test, its suites known to ctest.
function(autodiff_add_test layer)
  set(target ${layer}_test)
  add_executable(${target} ${ARGN})
  autodiff_defaults(${target})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${autodiff_bin_dir}/tests")
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_compile_definitions(${target} PRIVATE AUTODIFF_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                               AUTODIFF_TEST_DATA_DIR="${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(${target} PRIVATE GTest::gtest_main fmt::fmt)

  # ctest asks the executable for its suites when it starts: nothing to run at build time.
  set(include_file "${CMAKE_CURRENT_BINARY_DIR}/${target}_suites.cmake")
  file(
    GENERATE
    OUTPUT "${include_file}"
    CONTENT
      "set(layer ${layer})\nset(executable [[$<TARGET_FILE:${target}>]])\ninclude([[${PROJECT_SOURCE_DIR}/cmake/RegisterSuites.cmake]])\n"
  )
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${include_file}")
endfunction()
