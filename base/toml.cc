#include "base/toml.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cmath>

#include "base/file.h"

namespace consilium {

// A value with what complaints need: its place, and whether a reader asked for it.
struct TomlNode {
  TomlTable::Type type = TomlTable::Type::kAbsent;
  std::string key;
  int line = 0;
  int column = 0;
  bool asked = false;
  std::string text;
  int64_t integer = 0;
  double number = 0;
  bool flag = false;
  std::vector<TomlNode> children;       // of a table in the order of the file, or of an array
  std::vector<std::string> known_keys;  // every key a reader asked this table for
  bool visited = false;                 // a table handed to a reader: its keys must all be known

  void LearnOf(std::string_view name) {
    if (std::find(known_keys.begin(), known_keys.end(), name) == known_keys.end()) {
      known_keys.emplace_back(name);
    }
  }
};

struct TomlDocument::Content {
  TomlNode root;
  std::string source;
  std::vector<std::string> complaints;
};

namespace {

using Type = TomlTable::Type;

std::string_view Name(Type type) {
  switch (type) {
    case Type::kText:
      return "text";
    case Type::kInteger:
      return "an integer";
    case Type::kFloat:
      return "a number";
    case Type::kFlag:
      return "true or false";
    case Type::kArray:
      return "an array";
    case Type::kTable:
      return "a table";
    case Type::kAbsent:
      break;
  }
  return "a date or time";
}

TomlNode Copy(const toml::node& node);

TomlNode CopyEntry(const toml::key& key, const toml::node& node) {
  TomlNode copy = Copy(node);
  copy.key = std::string(key.str());
  copy.line = static_cast<int>(key.source().begin.line);
  copy.column = static_cast<int>(key.source().begin.column);
  return copy;
}

void CopyChildren(const toml::node& node, TomlNode& copy) {
  if (const toml::table* table = node.as_table()) {
    for (const auto& [key, value] : *table) copy.children.push_back(CopyEntry(key, value));
    std::stable_sort(copy.children.begin(), copy.children.end(), [](const auto& a, const auto& b) {
      return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
  } else if (const toml::array* array = node.as_array()) {
    for (const toml::node& element : *array) copy.children.push_back(Copy(element));
  }
}

TomlNode Copy(const toml::node& node) {
  TomlNode copy;
  copy.line = static_cast<int>(node.source().begin.line);
  copy.column = static_cast<int>(node.source().begin.column);
  if (const auto text = node.value_exact<std::string>()) {
    copy.type = Type::kText;
    copy.text = *text;
  } else if (const auto integer = node.value_exact<int64_t>()) {
    copy.type = Type::kInteger;
    copy.integer = *integer;
    copy.number = static_cast<double>(*integer);
  } else if (const auto number = node.value_exact<double>()) {
    copy.type = Type::kFloat;
    copy.number = *number;
  } else if (const auto flag = node.value_exact<bool>()) {
    copy.type = Type::kFlag;
    copy.flag = *flag;
  } else if (node.is_table()) {
    copy.type = Type::kTable;
  } else if (node.is_array()) {
    copy.type = Type::kArray;
  }
  CopyChildren(node, copy);
  return copy;
}

std::string At(const std::string& source, int line, int column, std::string_view message) {
  return fmt::format("{}:{}:{}: {}", source, line, column, message);
}

void ComplainOfUnknownKeys(const TomlNode& node, const std::string& source,
                           std::vector<std::string>& complaints) {
  for (const TomlNode& child : node.children) {
    if (node.visited && !child.asked) {
      complaints.push_back(
          At(source, child.line, child.column,
             fmt::format("unknown key '{}'{}", child.key, Suggestion(child.key, node.known_keys))));
    } else {
      ComplainOfUnknownKeys(child, source, complaints);
    }
  }
}

// Complaints sort by line, not by the order in which the reader came upon them.
int LineOf(const std::string& complaint, size_t source_size) {
  return std::atoi(complaint.c_str() + std::min(complaint.size(), source_size + 1));
}

int EditDistance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (size_t i = 0; i < a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i) + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const int substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string NearestName(std::string_view name, const std::vector<std::string>& known) {
  std::string nearest;
  int best = std::max(2, static_cast<int>(name.size()) / 2) + 1;
  for (const std::string& candidate : known) {
    const int distance = EditDistance(name.substr(0, 80), candidate);
    if (distance >= best || distance >= static_cast<int>(candidate.size())) continue;
    best = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string Suggestion(std::string_view name, const std::vector<std::string>& known) {
  const std::string nearest = NearestName(name, known);
  return nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest);
}

TomlDocument::TomlDocument(std::unique_ptr<Content> content) : content_(std::move(content)) {}
TomlDocument::TomlDocument(TomlDocument&&) noexcept = default;
TomlDocument& TomlDocument::operator=(TomlDocument&&) noexcept = default;
TomlDocument::~TomlDocument() = default;

StatusOr<TomlDocument> TomlDocument::Parse(std::string_view text, std::string_view source_name) {
  auto content = std::make_unique<Content>();
  content->source = std::string(source_name);
  try {
    content->root = Copy(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return InvalidArgument("{}", At(content->source, static_cast<int>(error.source().begin.line),
                                    static_cast<int>(error.source().begin.column),
                                    fmt::format("not TOML: {}", error.description())));
  }
  content->root.asked = true;
  return TomlDocument(std::move(content));
}

StatusOr<TomlDocument> TomlDocument::Load(const std::string& path) {
  constexpr size_t kMaxBytes = size_t{16} << 20;
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxBytes));
  return Parse(text, path);
}

TomlTable TomlDocument::root() {
  content_->root.visited = true;
  return TomlTable(&content_->root, &content_->complaints, &content_->source);
}

Status TomlDocument::Finish() const {
  std::vector<std::string> all = content_->complaints;
  ComplainOfUnknownKeys(content_->root, content_->source, all);
  if (all.empty()) return OkStatus();
  std::stable_sort(all.begin(), all.end(), [this](const auto& a, const auto& b) {
    return LineOf(a, content_->source.size()) < LineOf(b, content_->source.size());
  });
  std::string joined;
  for (const std::string& complaint : all) joined += (joined.empty() ? "" : "\n") + complaint;
  return InvalidArgument("{}", joined);
}

TomlNode* TomlTable::Find(std::string_view key) {
  node_->LearnOf(key);
  for (TomlNode& child : node_->children) {
    if (child.key != key) continue;
    child.asked = true;
    return &child;
  }
  return nullptr;
}

TomlNode* TomlTable::FindWithType(std::string_view key, Type type, std::string_view expected) {
  TomlNode* child = Find(key);
  if (child == nullptr || child->type == type) return child;
  if (type == Type::kFloat && child->type == Type::kInteger) return child;
  ComplainAbout(*child, fmt::format("'{}' is {}, expected {}", key, Name(child->type), expected));
  return nullptr;
}

void TomlTable::ComplainAbout(const TomlNode& node, std::string message) {
  complaints_->push_back(At(*source_, node.line, node.column, message));
}

void TomlTable::ComplainAt(std::string_view key, std::string message) {
  const TomlNode* child = Find(key);
  ComplainAbout(child == nullptr ? *node_ : *child, std::move(message));
}

void TomlTable::Complain(std::string message) { ComplainAbout(*node_, std::move(message)); }

bool TomlTable::Has(std::string_view key) const { return TypeOf(key) != Type::kAbsent; }

TomlTable::Type TomlTable::TypeOf(std::string_view key) const {
  for (const TomlNode& child : node_->children) {
    if (child.key == key) return child.type;
  }
  node_->LearnOf(key);
  return Type::kAbsent;
}

std::vector<std::string> TomlTable::Keys() const {
  std::vector<std::string> keys;
  for (const TomlNode& child : node_->children) keys.push_back(child.key);
  return keys;
}

std::optional<std::string> TomlTable::Text(std::string_view key) {
  const TomlNode* child = FindWithType(key, Type::kText, "text");
  return child == nullptr ? std::nullopt : std::optional(child->text);
}

std::optional<double> TomlTable::Number(std::string_view key) {
  const TomlNode* child = FindWithType(key, Type::kFloat, "a number");
  if (child == nullptr) return std::nullopt;
  if (std::isfinite(child->number)) return child->number;
  ComplainAbout(*child, fmt::format("'{}' is {}, expected a finite number", key, child->number));
  return std::nullopt;
}

std::optional<int64_t> TomlTable::Integer(std::string_view key) {
  const TomlNode* child = FindWithType(key, Type::kInteger, "an integer");
  return child == nullptr ? std::nullopt : std::optional(child->integer);
}

std::optional<bool> TomlTable::Flag(std::string_view key) {
  const TomlNode* child = FindWithType(key, Type::kFlag, "true or false");
  return child == nullptr ? std::nullopt : std::optional(child->flag);
}

std::optional<std::vector<std::string>> TomlTable::Texts(std::string_view key) {
  const TomlNode* child = FindWithType(key, Type::kArray, "an array of texts");
  if (child == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const TomlNode& element : child->children) {
    if (element.type == Type::kText) {
      texts.push_back(element.text);
    } else {
      ComplainAbout(element, fmt::format("element of '{}' is {}, expected text; put it in quotes",
                                         key, Name(element.type)));
    }
  }
  return texts;
}

std::vector<double> TomlTable::NumbersOf(const TomlNode& array, std::string_view key) {
  std::vector<double> numbers;
  for (const TomlNode& element : array.children) {
    const bool is_number = element.type == Type::kInteger || element.type == Type::kFloat;
    if (is_number && std::isfinite(element.number)) {
      numbers.push_back(element.number);
    } else {
      ComplainAbout(element, fmt::format("element of '{}' is {}, expected a finite number", key,
                                         Name(element.type)));
    }
  }
  return numbers;
}

std::optional<std::vector<double>> TomlTable::Numbers(std::string_view key) {
  const TomlNode* child = FindWithType(key, Type::kArray, "an array of numbers");
  if (child == nullptr) return std::nullopt;
  return NumbersOf(*child, key);
}

std::optional<std::vector<std::vector<double>>> TomlTable::NumberRows(std::string_view key) {
  const TomlNode* child = FindWithType(key, Type::kArray, "an array of numbers or of rows of them");
  if (child == nullptr) return std::nullopt;
  std::vector<std::vector<double>> rows;
  const bool nested = !child->children.empty() && child->children[0].type == Type::kArray;
  if (!nested) {
    rows.push_back(NumbersOf(*child, key));
    return rows;
  }
  for (const TomlNode& row : child->children) {
    if (row.type == Type::kArray) {
      rows.push_back(NumbersOf(row, key));
    } else {
      ComplainAbout(row, fmt::format("element of '{}' is {}, expected an array like those before",
                                     key, Name(row.type)));
    }
  }
  return rows;
}

std::optional<TomlTable> TomlTable::Table(std::string_view key) {
  TomlNode* child = FindWithType(key, Type::kTable, "a table");
  if (child == nullptr) return std::nullopt;
  child->visited = true;
  return TomlTable(child, complaints_, source_);
}

std::vector<TomlTable> TomlTable::Tables(std::string_view key) {
  TomlNode* child = FindWithType(key, Type::kArray, fmt::format("tables: [[{}]]", key));
  std::vector<TomlTable> tables;
  if (child == nullptr) return tables;
  for (TomlNode& element : child->children) {
    if (element.type == Type::kTable) {
      element.visited = true;
      tables.push_back(TomlTable(&element, complaints_, source_));
    } else {
      ComplainAbout(
          element, fmt::format("element of '{}' is {}, expected a table", key, Name(element.type)));
    }
  }
  return tables;
}

std::string TomlTable::RequireText(std::string_view key) {
  if (!Has(key)) Complain(fmt::format("'{}' is missing, expected text", key));
  return Text(key).value_or("");
}

double TomlTable::RequireNumber(std::string_view key) {
  if (!Has(key)) Complain(fmt::format("'{}' is missing, expected a number", key));
  return Number(key).value_or(0);
}

int64_t TomlTable::RequireInteger(std::string_view key) {
  if (!Has(key)) Complain(fmt::format("'{}' is missing, expected an integer", key));
  return Integer(key).value_or(0);
}

}  // namespace consilium
