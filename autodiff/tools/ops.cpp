// autodiff ops: what every operation is, and what it does at its kinks.
#include <memory>

#include <fmt/format.h>

#include <autodiff/ops/registry.hpp>
#include <autodiff/tools/output_file.hpp>
#include <autodiff/tools/parse_error.hpp>

#include "autodiff/tools/command.hpp"
#include "autodiff/tools/operations_format.hpp"

namespace ad::tools {
namespace {

struct Options {
  std::string name;
  std::string format = "text";
  bool markdown = false;
};

constexpr const char* examples = R"(Examples:
  autodiff ops
  autodiff ops relu
  autodiff ops --format json
  autodiff ops --markdown > operations.md)";

Exit run(const Options& options) {
  std::vector<std::shared_ptr<const Primitive>> operations;
  if (options.name.empty()) {
    for (const std::string& name : primitive_names()) operations.push_back(find_primitive(name));
  } else {
    operations.push_back(find_primitive(options.name));
    if (operations.back() == nullptr) {
      throw UsageError(fmt::format("there is no operation named {}{}", in_quotes(options.name),
                                   suggestion(options.name, primitive_names())));
    }
  }
  OutputFile output("");
  if (options.markdown) {
    output.write(operations_markdown(operations));
  } else if (options.name.empty()) {
    output.write(options.format == "json" ? operations_json(operations)
                                          : operations_text(operations));
  } else {
    const Primitive& operation = *operations.front();
    output.write(options.format == "json" ? operation_json(operation) : operation_page(operation));
  }
  output.commit();
  return Exit::done;
}

}  // namespace

Run add_ops(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = *program.add_subcommand(
      "ops", "every operation: value, derivative, domain, kink, convention, source");
  command.footer(examples);
  command.add_option("NAME", options->name, "one operation; without it, all are listed")
      ->type_name("");
  auto* const format = command.add_option("--format", options->format, "text or json");
  format->type_name("FORMAT")->check(CLI::IsMember({"text", "json"}));
  command.add_flag("--markdown", options->markdown, "the table of the documentation")
      ->excludes(format);
  return [options] { return run(*options); };
}

}  // namespace ad::tools
