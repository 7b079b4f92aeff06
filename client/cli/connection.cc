#include "client/cli/connection.h"

#include <cstdlib>
#include <filesystem>

#include "base/command/command.h"
#include "base/toml.h"

namespace consilium::cli {
namespace {

std::string ConfigPath(const ConnectionChoice& choice) {
  if (!choice.config.empty()) return choice.config;
  const char* const named = std::getenv("CONSILIUM_CONFIG");
  return named == nullptr ? "" : named;
}

StatusOr<Connection> ReadConfig(const std::string& path, std::string_view server) {
  ASSIGN_OR_RETURN(TomlDocument document, TomlDocument::Load(path));
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  Connection connection;
  for (const std::string_view key : {"coordinator", "node"}) {
    std::optional<TomlTable> table = document.root().Table(key);
    if (!table) continue;
    const std::string address = table->RequireText("address");
    const std::string name = table->Text("name").value_or("");
    if (key == server) connection.target = address;
    if (key == server) connection.host = name;
  }
  if (std::optional<TomlTable> tls = document.root().Table("tls")) {
    connection.files.certificate = folder / tls->RequireText("certificate");
    connection.files.key = folder / tls->RequireText("key");
    connection.files.authority = folder / tls->RequireText("authority");
  }
  RETURN_IF_ERROR(document.Finish());
  return connection;
}

Status Complete(std::string& chosen, const std::string& configured, std::string_view option) {
  if (chosen.empty()) chosen = configured;
  if (!chosen.empty()) return OkStatus();
  return UsageError(InvalidArgument(
      "--{} is not given: give it, or a configuration with --config FILE or CONSILIUM_CONFIG",
      option));
}

}  // namespace

StatusOr<Connection> ResolveConnection(const ConnectionChoice& choice, std::string_view server) {
  Connection configured;
  if (const std::string path = ConfigPath(choice); !path.empty()) {
    auto read = ReadConfig(path, server);
    if (!read.ok()) return UsageError(read.status());
    configured = *std::move(read);
  }
  Connection chosen = choice.connection;
  if (chosen.host.empty()) chosen.host = configured.host;
  RETURN_IF_ERROR(Complete(chosen.target, configured.target, server));
  RETURN_IF_ERROR(Complete(chosen.files.certificate, configured.files.certificate, "certificate"));
  RETURN_IF_ERROR(Complete(chosen.files.key, configured.files.key, "key"));
  RETURN_IF_ERROR(Complete(chosen.files.authority, configured.files.authority, "authority"));
  return chosen;
}

}  // namespace consilium::cli
