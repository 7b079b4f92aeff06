#ifndef CONSILIUM_CLIENT_CLI_RUN_JSON_H_
#define CONSILIUM_CLIENT_CLI_RUN_JSON_H_

#include <string>
#include <vector>

#include "client/api/federation.h"

// For machines, each in one line.
namespace consilium::cli {

std::string RunJson(const api::RunView& run);
std::string RunsJson(const std::vector<api::RunView>& runs);
std::string SitesJson(const std::vector<api::SiteView>& sites);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_RUN_JSON_H_
