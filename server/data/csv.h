#ifndef CONSILIUM_SERVER_DATA_CSV_H_
#define CONSILIUM_SERVER_DATA_CSV_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace consilium::data {

// One record. Empty lines are no records.
struct CsvRow {
  int line = 0;                     // the line it began on, from 1
  std::vector<std::string> fields;  // without quotes
  std::string_view raw;             // as in the text, without the line end
  std::string error;                // empty, or why the record is no good: fields are then empty
};

// RFC 4180 with any delimiter: quotes, doubled quotes, line breaks within quotes, LF or CRLF, a
// byte order mark. A record that is longer than `max_row_bytes` or whose quote is never closed is
// given back with an error, and reading goes on at the line after the one it began on: one stray
// quote does not swallow the rest of the file. Borrows `text`.
class CsvReader {
 public:
  CsvReader(std::string_view text, char delimiter, size_t max_row_bytes);

  // False at the end of the text.
  bool Next(CsvRow& row);

 private:
  std::string Parse(std::vector<std::string>& fields);
  std::string ParseQuoted(size_t start, std::string& field);

  std::string_view text_;
  char delimiter_;
  size_t max_row_bytes_;
  size_t position_ = 0;
  int line_ = 1;
};

// One line with quotes where they are needed, without the line end.
std::string CsvLine(const std::vector<std::string>& fields, char delimiter = ',');

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_CSV_H_
