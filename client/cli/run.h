#ifndef CONSILIUM_CLIENT_CLI_RUN_H_
#define CONSILIUM_CLIENT_CLI_RUN_H_

#include <string>

#include "base/command/command.h"
#include "base/status.h"
#include "client/api/administration_client.h"
#include "client/cli/connection.h"

// What `consilium run` and `consilium site` do, without a command line.
namespace consilium::cli {

struct RunStart {
  ConnectionChoice connection;
  std::string plan;  // path
  std::string name;  // empty: the plan's file name
  std::string key;   // of idempotency; empty: made here
  bool watch = false;
};
Status StartRun(const RunStart& given, Invocation& invocation);

struct RunChoice {
  ConnectionChoice connection;
  std::string run;  // empty: the newest
};
Status ShowRun(const RunChoice& given, Invocation& invocation);
Status ShowTraffic(const RunChoice& given, Invocation& invocation);
// Until the run has ended; fails if it did not finish.
Status WatchRun(const RunChoice& given, Invocation& invocation);
Status StopRun(const RunChoice& given, Invocation& invocation);

Status ListRuns(const ConnectionChoice& given, Invocation& invocation);
Status ListSites(const ConnectionChoice& given, Invocation& invocation);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_RUN_H_
