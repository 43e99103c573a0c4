#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include <autodiff/tools/csv.hpp>

#include "tests/fuzz/targets.hpp"

namespace ad::fuzz {
namespace {

using Records = std::vector<std::vector<std::string>>;

Records read(const std::string& text) {
  std::istringstream stream(text);
  CsvRecords reader(stream, "table");
  Records records;
  for (std::size_t line = 0; reader.next(); line = reader.line()) {
    if (reader.line() <= line) throw Failure("a record begins on a line of the one before it");
    if (reader.bytes() > text.size()) throw Failure("more bytes were read than there are");
    if (reader.fields().empty()) throw Failure("a record has no fields");
    records.emplace_back(reader.fields().begin(), reader.fields().end());
  }
  if (reader.bytes() != text.size()) throw Failure("the end of the file is not all that was read");
  return records;
}

/// Every field in quotes.
std::string written(const Records& records) {
  std::string text;
  for (const std::vector<std::string>& record : records) {
    for (std::size_t i = 0; i < record.size(); ++i) {
      text += i > 0 ? ",\"" : "\"";
      for (const char c : record[i]) text += c == '"' ? "\"\"" : std::string(1, c);
      text += '"';
    }
    text += "\r\n";
  }
  return text;
}

void read_columns(const std::string& text, const std::vector<std::string>& columns) {
  std::istringstream stream(text);
  CsvTable table(stream, "table", columns);
  for (std::vector<double> row(columns.size()); table.next(row);) continue;
}

}  // namespace

void fuzz_csv(std::string_view bytes) {
  const std::string text(bytes);
  Records records;
  try {
    records = read(text);
  } catch (const CsvError& error) {
    if (!std::string_view(error.what()).starts_with("table:")) {
      throw Failure("an error does not say where it is");
    }
    return;
  }
  if (read(written(records)) != records) throw Failure("the records differ when written and read");
  try {
    read_columns(text, records.empty() ? std::vector<std::string>{} : records.front());
  } catch (const CsvError&) {
    // Not a table of numbers.
  }
}

}  // namespace ad::fuzz
