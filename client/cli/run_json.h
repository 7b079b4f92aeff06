#ifndef CONSILIUM_CLIENT_CLI_RUN_JSON_H_
#define CONSILIUM_CLIENT_CLI_RUN_JSON_H_

#include <string>
#include <vector>

#include "client/api/federation.h"

// For machines, each in one line.
namespace consilium {

std::string RunJson(const RunView& run);
std::string RunsJson(const std::vector<RunView>& runs);
std::string SitesJson(const std::vector<SiteView>& sites);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_RUN_JSON_H_
