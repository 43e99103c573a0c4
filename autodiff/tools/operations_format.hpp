// Describes operations for people, for programs and for the documentation.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <autodiff/ops/primitive.hpp>

namespace ad::tools {

/// One line per operation: name, formula, derivative, and its kink if it has one.
std::string operations_text(const std::vector<std::shared_ptr<const Primitive>>& operations);

/// Everything that is known of one operation.
std::string operation_page(const Primitive& operation);

/// An array of objects, or one object.
std::string operations_json(const std::vector<std::shared_ptr<const Primitive>>& operations);
std::string operation_json(const Primitive& operation);

/// A page with a table.
std::string operations_markdown(const std::vector<std::shared_ptr<const Primitive>>& operations);

}  // namespace ad::tools
