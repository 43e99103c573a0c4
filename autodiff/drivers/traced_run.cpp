#include <fmt/format.h>

#include <autodiff/drivers/traced_run.hpp>

namespace ad::detail {

std::vector<std::string> variable_names(std::size_t count) {
  if (count == 1) return {"x"};
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(fmt::format("x{}", i));
  return names;
}

}  // namespace ad::detail
