#include "client/cli/answers.h"

#include "base/toml.h"

namespace consilium {
namespace {

using Type = TomlTable::Type;

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

ToldAnswer ReadAnswer(TomlTable& root, const std::string& feature) {
  ToldAnswer answer{feature, "", "", false};
  if (root.TypeOf(feature) != Type::kTable) {
    answer.value = ReadValue(root, feature);
  } else {
    TomlTable table = *root.Table(feature);
    answer.value = ReadValue(table, "value");
    answer.unit = table.Text("unit").value_or("");
  }
  answer.unknown = answer.value == "unknown";
  return answer;
}

StatusOr<std::vector<ToldAnswer>> Read(StatusOr<TomlDocument> document) {
  if (!document.ok()) return document.status();
  TomlTable root = document->root();
  std::vector<ToldAnswer> answers;
  for (const std::string& feature : root.Keys()) answers.push_back(ReadAnswer(root, feature));
  RETURN_IF_ERROR(document->Finish());
  return answers;
}

}  // namespace

StatusOr<std::vector<ToldAnswer>> ParseAnswers(std::string_view text,
                                               std::string_view source_name) {
  return Read(TomlDocument::Parse(text, source_name));
}

StatusOr<std::vector<ToldAnswer>> LoadAnswers(const std::string& path) {
  return Read(TomlDocument::Load(path));
}

}  // namespace consilium
