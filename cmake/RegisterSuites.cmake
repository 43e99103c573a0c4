# Read by ctest, with `layer` and `executable` set: one ctest test per GoogleTest suite. One per test
# case would start thousands of processes, one per executable could not run in parallel.
if(NOT EXISTS "${executable}")
  add_test("${layer}.not_built" "${executable}")
  return()
endif()

execute_process(
  COMMAND "${executable}" --gtest_list_tests
  OUTPUT_VARIABLE listing
  RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  add_test("${layer}.does_not_start" "${executable}" --gtest_list_tests)
  return()
endif()

# A suite stands on a line of its own that ends with a dot, its tests are indented. Typed and
# parameterised suites, "Name/0.  # TypeParam = ...", count as one.
set(suites "")
string(REGEX REPLACE " *#[^\n]*" "" listing "${listing}")
string(REPLACE "\n" ";" lines "${listing}")
foreach(line IN LISTS lines)
  if(line MATCHES "^([A-Za-z_0-9]+)[./]")
    list(APPEND suites "${CMAKE_MATCH_1}")
  endif()
endforeach()
list(REMOVE_DUPLICATES suites)

foreach(suite IN LISTS suites)
  add_test("${layer}.${suite}" "${executable}" "--gtest_filter=${suite}.*:${suite}/*"
           --gtest_brief=1)
endforeach()
