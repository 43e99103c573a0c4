// All operations by name.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/ops/primitive.hpp>

namespace ad {

/// The operation of this name, or null. The record stays valid for the life of the program.
std::shared_ptr<const Primitive> find_primitive(std::string_view name);

/// Names in alphabetical order.
std::vector<std::string> primitive_names();

/// The candidate that differs least from `name` (letters inserted, deleted, replaced, swapped), or
/// an empty string if none is near enough to be a misspelling.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

/// Enters an operation under its name. Throws RegistryError if the name is taken or is not a name
/// (a letter or underscore, then letters, digits, underscores). Safe to call from any thread.
void register_primitive(Primitive primitive);

namespace detail {

/// The built-in operations. Defined where the carriers are known.
std::vector<Primitive> builtin_primitives();

}  // namespace detail
}  // namespace ad
