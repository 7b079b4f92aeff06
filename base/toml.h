#ifndef CONSILIUM_BASE_TOML_H_
#define CONSILIUM_BASE_TOML_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

// TOML read strictly: whatever a reader does not ask for is an error that names the nearest key it
// does ask for, and all errors of a file are told at once, each with its line and column.
namespace consilium {

struct TomlNode;

// One table of a document. A small handle; valid while its TomlDocument lives. Not thread-safe.
//
// A reader of a value gives nullopt when the key is absent, and also, after a complaint, when the
// value is of another type. The Require... forms complain about an absent key and give a default.
class TomlTable {
 public:
  std::optional<std::string> Text(std::string_view key);
  std::optional<double> Number(std::string_view key);  // integer or finite float
  std::optional<int64_t> Integer(std::string_view key);
  std::optional<bool> Flag(std::string_view key);
  std::optional<std::vector<std::string>> Texts(std::string_view key);  // array of strings
  std::optional<std::vector<double>> Numbers(std::string_view key);     // array of numbers
  // An array of numbers, as one row, or of arrays of numbers.
  std::optional<std::vector<std::vector<double>>> NumberRows(std::string_view key);
  std::optional<TomlTable> Table(std::string_view key);
  std::vector<TomlTable> Tables(std::string_view key);  // [[key]], empty if absent

  std::string RequireText(std::string_view key);
  double RequireNumber(std::string_view key);
  int64_t RequireInteger(std::string_view key);

  // The keys in the order of the file. Asking for them makes none of them known.
  std::vector<std::string> Keys() const;
  bool Has(std::string_view key) const;

  // The type of a value without complaint: for keys that may hold one of several.
  enum class Type { kAbsent, kText, kInteger, kFloat, kFlag, kArray, kTable };
  Type TypeOf(std::string_view key) const;

  // Complains with the place of `key`, or of the table itself.
  void ComplainAt(std::string_view key, std::string message);
  void Complain(std::string message);

 private:
  friend class TomlDocument;
  TomlTable(TomlNode* node, std::vector<std::string>* complaints, const std::string* source)
      : node_(node), complaints_(complaints), source_(source) {}

  TomlNode* Find(std::string_view key);
  TomlNode* FindWithType(std::string_view key, Type type, std::string_view expected);
  void ComplainAbout(const TomlNode& node, std::string message);
  std::vector<double> NumbersOf(const TomlNode& array, std::string_view key);

  TomlNode* node_;
  std::vector<std::string>* complaints_;
  const std::string* source_;
};

// Owns what was parsed and the complaints about it. Movable.
class TomlDocument {
 public:
  // Fails on what is not TOML at all. `source_name` starts every complaint.
  static StatusOr<TomlDocument> Parse(std::string_view text, std::string_view source_name);

  // Reads the file first: NotFound or Unavailable if it cannot be read.
  static StatusOr<TomlDocument> Load(const std::string& path);

  TomlTable root();

  // OK, or InvalidArgument with every complaint, unknown keys included, a line each.
  Status Finish() const;

  TomlDocument(TomlDocument&&) noexcept;
  TomlDocument& operator=(TomlDocument&&) noexcept;
  ~TomlDocument();

 private:
  struct Content;
  explicit TomlDocument(std::unique_ptr<Content> content);

  std::unique_ptr<Content> content_;
};

// The name among `known` nearest to `name` by edit distance; empty if none is near.
std::string NearestName(std::string_view name, const std::vector<std::string>& known);

// "; did you mean 'range'?", or "" if no name is near.
std::string Suggestion(std::string_view name, const std::vector<std::string>& known);

}  // namespace consilium

#endif  // CONSILIUM_BASE_TOML_H_
