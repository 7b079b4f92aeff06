#include "server/ops/config.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/toml.h"
#include "fmt/format.h"

namespace consilium::ops {
namespace {

// Reads values of a table, with the folder that paths are relative to.
class Reader {
 public:
  Reader(TomlTable table, std::string folder)
      : table_(std::move(table)), folder_(std::move(folder)) {}

  TomlTable& table() { return table_; }

  std::string RequirePath(std::string_view key) { return Complete(table_.RequireText(key)); }
  std::string Path(std::string_view key) { return Complete(table_.Text(key).value_or("")); }

  std::string Address(std::string_view key, std::optional<std::string> text) {
    if (!text || text->empty()) return "";  // told already
    const size_t colon = text->rfind(':');
    const bool digits = colon != std::string::npos && colon > 0 && colon + 1 < text->size() &&
                        text->find_first_not_of("0123456789", colon + 1) == std::string::npos;
    if (!digits || text->size() - colon > 6 || std::stoi(text->substr(colon + 1)) > 65535) {
      table_.ComplainAt(key, fmt::format("'{}' is no address, expected HOST:PORT such as "
                                         "127.0.0.1:7443",
                                         *text));
    }
    return *text;
  }

  void Read(std::string_view key, Duration& field, double least, double most) {
    const std::optional<double> seconds = table_.Number(key);
    if (!seconds) return;
    if (*seconds < least || *seconds > most) {
      table_.ComplainAt(key,
                        fmt::format("{} is {}, expected {} to {}", key, *seconds, least, most));
      return;
    }
    field = consilium::Seconds(*seconds);
  }

  std::optional<int64_t> Whole(std::string_view key, int64_t least, int64_t most) {
    const std::optional<int64_t> value = table_.Integer(key);
    if (value && (*value < least || *value > most)) {
      table_.ComplainAt(key, fmt::format("{} is {}, expected {} to {}", key, *value, least, most));
      return std::nullopt;
    }
    return value;
  }

  template <typename Enum>
  void Choose(std::string_view key, Enum& field, const std::vector<std::string>& names) {
    const std::optional<std::string> name = table_.Text(key);
    if (!name) return;
    const auto found = std::find(names.begin(), names.end(), *name);
    if (found == names.end()) {
      table_.ComplainAt(
          key, fmt::format("{} is '{}', expected one of: {}", key, *name, fmt::join(names, ", ")));
      return;
    }
    field = static_cast<Enum>(found - names.begin());
  }

 private:
  std::string Complete(const std::string& path) const {
    if (path.empty()) return path;
    return (std::filesystem::path(folder_) / path).lexically_normal().string();
  }

  TomlTable table_;
  std::string folder_;
};

std::string FolderOf(const std::string& path) {
  return std::filesystem::absolute(path).parent_path().string();
}

// The table, or after a complaint none.
std::optional<Reader> Require(TomlTable root, std::string_view key, const std::string& folder) {
  std::optional<TomlTable> table = root.Table(key);
  if (!table) {
    if (!root.Has(key)) root.Complain(fmt::format("there is no [{}] table", key));
    return std::nullopt;
  }
  return Reader(*std::move(table), folder);
}

security::TlsFiles ReadTls(TomlTable root, const std::string& folder) {
  std::optional<Reader> tls = Require(root, "tls", folder);
  if (!tls) return {};
  return {.certificate = tls->RequirePath("certificate"),
          .key = tls->RequirePath("key"),
          .authority = tls->RequirePath("authority")};
}

LogOptions ReadLog(TomlTable root, const std::string& folder) {
  LogOptions options;
  std::optional<TomlTable> table = root.Table("log");
  if (!table) return options;
  Reader log(*std::move(table), folder);
  log.Choose("format", options.format, {"text", "json"});
  log.Choose("level", options.level, {"debug", "info", "warning", "error"});
  options.file = log.Path("file");
  return options;
}

void ReadCoordinator(Reader& reader, CoordinatorConfig& config) {
  config.listen = reader.Address("listen", reader.table().RequireText("listen"));
  config.state = reader.RequirePath("state");
  config.schema = reader.RequirePath("schema");
  reader.Read("heartbeat_seconds", config.heartbeat, 0.05, 600);
  if (const auto mebibytes = reader.Whole("queue_mebibytes", 1, 4096)) {
    config.queue_bytes = static_cast<size_t>(*mebibytes) << 20;
  }
}

void ReadNode(Reader& reader, NodeConfig& config) {
  config.site = reader.table().RequireText("site");
  config.state = reader.RequirePath("state");
  config.schema = reader.RequirePath("schema");
  config.coordinator = reader.Address("coordinator", reader.table().RequireText("coordinator"));
  if (config.coordinator.ends_with(":0")) {
    reader.table().ComplainAt("coordinator",
                              "port 0 is for listening only, expected the port that "
                              "the coordinator listens on");
  }
  config.coordinator_name = reader.table().Text("coordinator_name").value_or("");
  reader.Read("checkpoint_seconds", config.checkpoint_every, 0, 86400);
  reader.Read("longest_backoff_seconds", config.longest_backoff, 0.1, 3600);
  if (const auto threads = reader.Whole("training_threads", 0, 1024)) {
    config.training_threads = static_cast<int>(*threads);
  }
}

void ReadData(Reader& reader, NodeConfig& config) {
  config.cohort = reader.RequirePath("cohort");
  config.mapping = reader.Path("mapping");
  config.strict = reader.table().Flag("strict").value_or(false);
}

}  // namespace

StatusOr<CoordinatorConfig> ParseCoordinatorConfig(std::string_view toml, const std::string& path) {
  ASSIGN_OR_RETURN(TomlDocument document, TomlDocument::Parse(toml, path));
  const std::string folder = FolderOf(path);
  CoordinatorConfig config;
  if (auto reader = Require(document.root(), "coordinator", folder)) {
    ReadCoordinator(*reader, config);
  }
  if (std::optional<TomlTable> table = document.root().Table("metrics")) {
    Reader reader(*std::move(table), folder);
    config.metrics_listen = reader.Address("listen", reader.table().RequireText("listen"));
  }
  config.tls = ReadTls(document.root(), folder);
  config.log = ReadLog(document.root(), folder);
  RETURN_IF_ERROR(document.Finish());
  return config;
}

StatusOr<NodeConfig> ParseNodeConfig(std::string_view toml, const std::string& path) {
  ASSIGN_OR_RETURN(TomlDocument document, TomlDocument::Parse(toml, path));
  const std::string folder = FolderOf(path);
  NodeConfig config;
  if (auto reader = Require(document.root(), "node", folder)) ReadNode(*reader, config);
  if (auto reader = Require(document.root(), "data", folder)) ReadData(*reader, config);
  if (std::optional<TomlTable> table = document.root().Table("consultation")) {
    Reader reader(*std::move(table), folder);
    config.consultation_listen = reader.Address("listen", reader.table().RequireText("listen"));
  }
  config.tls = ReadTls(document.root(), folder);
  config.log = ReadLog(document.root(), folder);
  RETURN_IF_ERROR(document.Finish());
  return config;
}

StatusOr<CoordinatorConfig> LoadCoordinatorConfig(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return ParseCoordinatorConfig(text, path);
}

StatusOr<NodeConfig> LoadNodeConfig(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return ParseNodeConfig(text, path);
}

}  // namespace consilium::ops
