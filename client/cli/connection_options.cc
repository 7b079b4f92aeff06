#include "base/command/command_line.h"
#include "client/cli/connection.h"

namespace consilium::cli {

void AddConnectionOptions(const Command& command, ConnectionChoice& choice,
                          const std::string& server) {
  Connection& connection = choice.connection;
  const auto add = [&command](const std::string& name, std::string& value, const std::string& what,
                              const std::string& type) {
    command.Option(name, &value, what, {.type = type, .group = "Connection"});
  };
  add("--" + server, connection.target, "Whom to call", "HOST:PORT");
  add("--host", connection.host, "In its certificate, if not HOST", "NAME");
  add("--certificate", connection.files.certificate, "Own certificate", "FILE");
  add("--key", connection.files.key, "Own key", "FILE");
  add("--authority", connection.files.authority, "The federation's authority certificate", "FILE");
  add("--config", choice.config, "Where these stand; or set CONSILIUM_CONFIG", "FILE");
}

}  // namespace consilium::cli
