#ifndef CONSILIUM_CLIENT_CLI_CONNECTION_H_
#define CONSILIUM_CLIENT_CLI_CONNECTION_H_

#include <string>
#include <string_view>

#include "base/security/tls_files.h"
#include "base/status.h"

namespace consilium {
class Command;
}

namespace consilium::cli {

// Whom a command calls, and as whom.
struct Connection {
  std::string target;  // HOST:PORT
  std::string host;    // in the server's certificate, where `target` does not say it
  security::TlsFiles files;
};

// What the command line said of it; empty where it said nothing.
struct ConnectionChoice {
  std::string config;  // TOML; empty: the file that CONSILIUM_CONFIG names, if any
  Connection connection;
};

// Completes the choice from the client's configuration: docs/formats/client-config.md. `server` is
// "coordinator" or "node". What is missing then is an error that says how to give it.
StatusOr<Connection> ResolveConnection(const ConnectionChoice& choice, std::string_view server);

// --SERVER, --host, --certificate, --key, --authority and --config.
void AddConnectionOptions(const Command& command, ConnectionChoice& choice,
                          const std::string& server);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_CONNECTION_H_
