#ifndef CONSILIUM_SERVER_OPS_CONFIG_H_
#define CONSILIUM_SERVER_OPS_CONFIG_H_

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/security/tls_files.h"
#include "base/status.h"
#include "server/ops/log.h"

// What a daemon is told by its one TOML file; docs/formats/coordinator-config.md, node-config.md.
// Paths in a file are relative to its folder; here they are complete. An error tells everything
// that is wrong, each with its line, and names the nearest key to one that is not known.
namespace consilium::ops {

struct CoordinatorConfig {
  std::string listen;  // "0.0.0.0:7443"; port 0: any
  std::string state;   // folder of all that must survive a restart
  std::string schema;
  Duration heartbeat = Seconds(5);
  size_t queue_bytes = size_t{128} << 10;  // that may wait for one node
  std::string metrics_listen;              // empty: no metrics are served
  security::TlsFiles tls;
  LogOptions log;
};

struct NodeConfig {
  std::string site;  // as in the node's certificate
  std::string state;
  std::string schema;
  std::string coordinator;       // "coordinator.example.org:7443"
  std::string coordinator_name;  // in its certificate, where the address does not say it

  std::string cohort;   // CSV
  std::string mapping;  // empty: the CSV's header has the schema's keys
  bool strict = false;  // any bad cell keeps the node from starting

  int training_threads = 0;  // 0: one for each core

  std::string consultation_listen;  // empty: this node serves no consultations

  Duration checkpoint_every = Seconds(0);  // at most so often; 0: after every round
  Duration longest_backoff = Seconds(20);  // between attempts to reach the coordinator
  security::TlsFiles tls;
  LogOptions log;
};

StatusOr<CoordinatorConfig> ParseCoordinatorConfig(std::string_view toml, const std::string& path);
StatusOr<CoordinatorConfig> LoadCoordinatorConfig(const std::string& path);

StatusOr<NodeConfig> ParseNodeConfig(std::string_view toml, const std::string& path);
StatusOr<NodeConfig> LoadNodeConfig(const std::string& path);

}  // namespace consilium::ops

#endif  // CONSILIUM_SERVER_OPS_CONFIG_H_
