#include "client/cli/answers.h"

#include <filesystem>

#include "base/file.h"
#include "base/toml.h"

namespace consilium::cli {
namespace {

using Type = TomlTable::Type;

// What fits a message to a node with room to spare.
constexpr size_t kMostImageBytes = size_t{3} << 20;

std::string ReadValue(TomlTable& table, std::string_view key) {
  switch (table.TypeOf(key)) {
    case Type::kText:
      return *table.Text(key);
    case Type::kInteger:
      return fmt::format("{}", *table.Integer(key));
    case Type::kFloat:
      return fmt::format("{}", table.Number(key).value_or(0));
    case Type::kAbsent:
      table.Complain(fmt::format("'{}' is missing", key));
      return "";
    default:
      break;
  }
  table.ComplainAt(key, fmt::format("'{}' is neither number nor text, expected one of them", key));
  return "";
}

// The bytes of the image that `file` of an answer names.
std::string ReadImage(TomlTable& table, const std::string& folder) {
  const std::string name = table.RequireText("file");
  StatusOr<std::string> bytes =
      ReadFile((std::filesystem::path(folder) / name).string(), kMostImageBytes);
  if (bytes.ok() && !bytes->empty()) return std::move(bytes).value();
  table.ComplainAt("file", bytes.ok() ? fmt::format("'{}' is empty, expected an image", name)
                                      : std::string(Message(bytes.status())));
  return "";
}

ToldAnswer ReadAnswer(TomlTable& root, const std::string& feature, const std::string& folder) {
  ToldAnswer answer{feature, "", "", false};
  if (root.TypeOf(feature) == Type::kArray) {
    answer.rows = root.NumberRows(feature).value_or(answer.rows);
    return answer;
  }
  if (root.TypeOf(feature) != Type::kTable) {
    answer.value = ReadValue(root, feature);
  } else {
    TomlTable table = *root.Table(feature);
    answer.unit = table.Text("unit").value_or("");
    if (table.Has("file")) {
      answer.image = ReadImage(table, folder);
    } else if (table.TypeOf("value") == Type::kArray) {
      answer.rows = table.NumberRows("value").value_or(answer.rows);
    } else {
      answer.value = ReadValue(table, "value");
    }
  }
  answer.unknown = answer.value == "unknown";
  return answer;
}

StatusOr<std::vector<ToldAnswer>> Read(StatusOr<TomlDocument> document, const std::string& folder) {
  if (!document.ok()) return document.status();
  TomlTable root = document->root();
  std::vector<ToldAnswer> answers;
  for (const std::string& feature : root.Keys()) {
    answers.push_back(ReadAnswer(root, feature, folder));
  }
  RETURN_IF_ERROR(document->Finish());
  return answers;
}

}  // namespace

StatusOr<std::vector<ToldAnswer>> ParseAnswers(std::string_view text, std::string_view source_name,
                                               const std::string& folder) {
  return Read(TomlDocument::Parse(text, source_name), folder);
}

StatusOr<std::vector<ToldAnswer>> LoadAnswers(const std::string& path) {
  return Read(TomlDocument::Load(path), std::filesystem::absolute(path).parent_path().string());
}

}  // namespace consilium::cli
