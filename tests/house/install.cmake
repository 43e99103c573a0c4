# Installs `build` into a new prefix and builds `consumer` against it, once through find_package and
# once through pkg-config. The prefix is moved first: an installed tree must not know where it was.
function(run)
  execute_process(
    COMMAND ${ARGN}
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output
    RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "failed (${status}): ${command}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(run_consumer program)
  run("${program}")
  if(NOT output STREQUAL "f(2) = 7, f'(2) = 5\n")
    message(FATAL_ERROR "${program} printed: ${output}")
  endif()
endfunction()

file(REMOVE_RECURSE "${work}")
file(MAKE_DIRECTORY "${work}")
run("${CMAKE_COMMAND}" --install "${build}" --prefix "${work}/first")
file(RENAME "${work}/first" "${work}/prefix")

run("${CMAKE_COMMAND}" -S "${consumer}" -B "${work}/build" -G "${generator}"
    "-DCMAKE_CXX_COMPILER=${compiler}" "-DCMAKE_PREFIX_PATH=${work}/prefix")
run("${CMAKE_COMMAND}" --build "${work}/build")
run_consumer("${work}/build/consumer")

set(ENV{PKG_CONFIG_PATH} "${work}/prefix/${libdir}/pkgconfig:$ENV{PKG_CONFIG_PATH}")
run("${pkg_config}" --cflags --libs autodiff)
separate_arguments(flags UNIX_COMMAND "${output}")
run("${compiler}" -std=c++20 "${consumer}/main.cpp" ${flags} -o "${work}/by_pkg_config")
run_consumer("${work}/by_pkg_config")
