// Reads tables of numbers from comma-separated text, row by row.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/core/error.hpp>

namespace ad {

/// A table that is not what it should be. The message begins with file and line.
class CsvError : public Error {
 public:
  CsvError(std::string_view file, std::size_t line, std::string_view message);
};

/// Cuts comma-separated text into records: fields may be quoted, with doubled quotes, commas and
/// line breaks inside; lines end in LF or CR LF; blank lines and a byte order mark are skipped.
/// Memory is that of one record. (The C and C++ libraries that Debian packages for this do not tell
/// lines or fix the columns at compile time.)
class CsvRecords {
 public:
  /// Both must outlive the reader; `file` is what messages call the stream.
  CsvRecords(std::istream& stream, std::string_view file);

  /// Reads a record; false at the end. Throws CsvError.
  bool next();

  /// Of the last record; views that hold until the next one.
  const std::vector<std::string_view>& fields() const { return fields_; }
  /// The line the last record begins on, counted from 1.
  std::size_t line() const { return line_; }
  /// How much of the stream has been used.
  std::uint64_t bytes() const { return bytes_before_ + position_; }

  [[noreturn]] void fail(std::string_view message) const;

 private:
  static constexpr int end_of_file = -1;

  int get();
  bool fill();
  int read_quoted();
  void end_field();

  std::istream& stream_;
  std::string_view file_;
  std::array<char, 65536> buffer_;
  std::size_t position_ = 0, size_ = 0;
  std::uint64_t bytes_before_ = 0;
  std::size_t line_ = 0, next_line_ = 1;
  std::string text_;               ///< of all fields, without quotes
  std::vector<std::size_t> ends_;  ///< of the fields in it
  std::vector<std::string_view> fields_;
};

/// Reads the columns of the given names from a table whose first row names its columns.
///
///   std::ifstream file("points.csv");
///   ad::CsvTable table(file, "points.csv", {"x", "y"});
///   for (std::array<double, 2> row; table.next(row);) use(row);
class CsvTable {
 public:
  /// Reads the header. Throws CsvError if there is none, or it lacks a column or has it twice.
  CsvTable(std::istream& stream, std::string file, const std::vector<std::string>& columns);

  /// The numbers of the next row, one for each of the columns asked for and in their order; false
  /// at the end. Throws CsvError for a row of another length than the header, and for a field of
  /// these columns that is not a decimal, "inf", "-inf" or "nan".
  bool next(std::span<double> values);

  std::uint64_t bytes() const { return records_.bytes(); }

 private:
  std::string file_;
  CsvRecords records_;
  std::vector<std::string> columns_;
  std::vector<std::size_t> indices_;
  std::size_t width_ = 0;
};

}  // namespace ad
