#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <autodiff/tools/csv.hpp>
#include <autodiff/tools/decimal.hpp>
#include <autodiff/tools/point.hpp>

#include "autodiff/core/counted.hpp"
#include "autodiff/tools/characters.hpp"

namespace ad {
namespace {

// Something that is not a table at all, such as a device without line breaks, ends here.
constexpr std::size_t longest_record = std::size_t{1} << 24;

}  // namespace

CsvError::CsvError(std::string_view file, std::size_t line, std::string_view message)
    : Error(fmt::format("{}:{}: {}", file, line, message)) {}

CsvRecords::CsvRecords(std::istream& stream, std::string_view file) : stream_(stream), file_(file) {
  if (fill() && std::string_view(buffer_.data(), size_).starts_with(tools::byte_order_mark)) {
    position_ = tools::byte_order_mark.size();
  }
}

void CsvRecords::fail(std::string_view message) const { throw CsvError(file_, line_, message); }

bool CsvRecords::fill() {
  bytes_before_ += size_;
  position_ = size_ = 0;
  if (!stream_) return false;
  stream_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  size_ = static_cast<std::size_t>(stream_.gcount());
  if (stream_.bad()) throw CsvError(file_, next_line_, "the file cannot be read any further.");
  return size_ > 0;
}

int CsvRecords::get() {
  if (position_ == size_ && !fill()) return end_of_file;
  const char c = buffer_[position_++];
  if (c == '\n') ++next_line_;
  return static_cast<unsigned char>(c);
}

bool CsvRecords::next() {
  int c = 0;
  do {
    line_ = next_line_;
    c = get();
    if (c == '\r') c = get();
  } while (c == '\n');
  if (c == end_of_file) return false;

  text_.clear();
  ends_.clear();
  for (bool at_begin = true;; c = get()) {
    if (at_begin && c == '"') {
      c = read_quoted();
      if (c == '\r') c = get();
      if (c != ',' && c != '\n' && c != end_of_file) {
        fail("there is text after a closing quote; a quote inside a quoted field is doubled.");
      }
    } else if (!at_begin && (c == '\n' || c == end_of_file) && text_.back() == '\r') {
      text_.pop_back();
    }
    at_begin = c == ',';
    const bool at_end = c == '\n' || c == end_of_file;
    if (!at_end && text_.size() + ends_.size() >= longest_record) {
      fail("this line is too long for a table of numbers.");
    }
    if (at_begin || at_end) {
      end_field();
      if (at_end) break;
    } else {
      text_.push_back(static_cast<char>(c));
    }
  }
  fields_.clear();
  std::size_t begin = 0;
  for (const std::size_t end : ends_) {
    fields_.push_back(std::string_view(text_).substr(begin, end - begin));
    begin = end;
  }
  return true;
}

// Returns what follows the closing quote.
int CsvRecords::read_quoted() {
  for (;;) {
    int c = get();
    if (c == end_of_file || text_.size() == longest_record) {
      fail("a quoted field that begins here is never closed.");
    }
    if (c == '"') {
      c = get();
      if (c != '"') return c;
    }
    text_.push_back(static_cast<char>(c));
  }
}

void CsvRecords::end_field() { ends_.push_back(text_.size()); }

CsvTable::CsvTable(std::istream& stream, std::string file, const std::vector<std::string>& columns)
    : file_(std::move(file)), records_(stream, file_), columns_(columns) {
  if (!records_.next()) {
    throw CsvError(file_, 1, "the file is empty; its first line must name the columns.");
  }
  std::vector<std::string> header;
  for (const std::string_view field : records_.fields()) header.emplace_back(tools::trimmed(field));
  width_ = header.size();
  for (const std::string& column : columns_) {
    const auto found = std::find(header.begin(), header.end(), column);
    if (found == header.end()) {
      records_.fail(fmt::format("there is no column {}; the columns are {}.", in_quotes(column),
                                listed(header)));
    }
    if (std::find(found + 1, header.end(), column) != header.end()) {
      records_.fail(fmt::format("there are two columns named {}.", in_quotes(column)));
    }
    indices_.push_back(static_cast<std::size_t>(found - header.begin()));
  }
}

bool CsvTable::next(std::span<double> values) {
  if (!records_.next()) return false;
  const auto& fields = records_.fields();
  if (fields.size() != width_) {
    records_.fail(fmt::format("this row has {}, but the header has {}.",
                              detail::counted(fields.size(), "field"), width_));
  }
  for (std::size_t i = 0; i < indices_.size(); ++i) {
    const std::string_view field = tools::trimmed(fields[indices_[i]]);
    const std::optional<double> value = parse_double(field);
    if (!value) {
      records_.fail(field.empty()
                        ? fmt::format("column {} is empty in this row.", in_quotes(columns_[i]))
                        : fmt::format("{} in column {} is not a number.", in_quotes(field),
                                      in_quotes(columns_[i])));
    }
    values[i] = *value;
  }
  return true;
}

}  // namespace ad
