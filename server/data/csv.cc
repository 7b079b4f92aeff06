#include "server/data/csv.h"

#include <algorithm>

#include "fmt/core.h"

namespace consilium::data {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

CsvReader::CsvReader(std::string_view text, char delimiter, size_t max_row_bytes)
    : text_(text), delimiter_(delimiter), max_row_bytes_(max_row_bytes) {
  if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text_.remove_prefix(kByteOrderMark.size());
  }
}

bool CsvReader::Next(CsvRow& row) {
  while (position_ < text_.size() && (text_[position_] == '\n' || text_[position_] == '\r')) {
    if (text_[position_++] == '\n') ++line_;
  }
  if (position_ == text_.size()) return false;
  const size_t start = position_;
  row.line = line_;
  row.fields.clear();
  row.error = Parse(row.fields);
  if (!row.error.empty()) {
    row.fields.clear();
    position_ = std::min(text_.find('\n', start), text_.size());
  }
  row.raw = text_.substr(start, position_ - start);
  if (!row.raw.empty() && row.raw.back() == '\r') row.raw.remove_suffix(1);
  line_ += static_cast<int>(std::count(row.raw.begin(), row.raw.end(), '\n'));
  return true;
}

// Leaves position_ at the line end, or at the end of the text.
std::string CsvReader::Parse(std::vector<std::string>& fields) {
  const size_t start = position_;
  while (true) {
    std::string& field = fields.emplace_back();
    if (position_ < text_.size() && text_[position_] == '"') {
      if (std::string error = ParseQuoted(start, field); !error.empty()) return error;
    } else {
      const char ends[] = {delimiter_, '\n'};
      const size_t end =
          std::min(text_.find_first_of({ends, sizeof(ends)}, position_), text_.size());
      field = text_.substr(position_, end - position_);
      if ((end == text_.size() || text_[end] == '\n') && field.ends_with('\r')) field.pop_back();
      position_ = end;
    }
    if (position_ - start > max_row_bytes_) {
      return fmt::format("longer than {} bytes, expected a row of a CSV", max_row_bytes_);
    }
    if (position_ == text_.size() || text_[position_] == '\n') return "";
    ++position_;
  }
}

std::string CsvReader::ParseQuoted(size_t start, std::string& field) {
  const auto past_limit = [&] { return position_ - start > max_row_bytes_; };
  for (++position_; position_ < text_.size() && !past_limit(); ++position_) {
    if (text_[position_] != '"') {
      field += text_[position_];
    } else if (position_ + 1 < text_.size() && text_[position_ + 1] == '"') {
      field += text_[position_++];
    } else {
      ++position_;
      if (text_.substr(position_, 2) == "\r\n") ++position_;
      const bool ended =
          position_ == text_.size() || text_[position_] == '\n' || text_[position_] == delimiter_;
      return ended ? "" : "text after a closing quote, expected a delimiter or the end of the line";
    }
  }
  return "a quote that is never closed, expected another \"";
}

std::string CsvLine(const std::vector<std::string>& fields, char delimiter) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += delimiter;
    const std::string special = {delimiter, '"', '\n', '\r'};
    if (fields[i].find_first_of(special) == std::string::npos) {
      line += fields[i];
      continue;
    }
    line += '"';
    for (const char c : fields[i]) line += c == '"' ? "\"\"" : std::string(1, c);
    line += '"';
  }
  return line;
}

}  // namespace consilium::data
