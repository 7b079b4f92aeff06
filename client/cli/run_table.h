#ifndef CONSILIUM_CLIENT_CLI_RUN_TABLE_H_
#define CONSILIUM_CLIENT_CLI_RUN_TABLE_H_

#include <string>
#include <vector>

#include "client/api/federation.h"

// How runs and sites are written for people, without a trailing newline.
namespace consilium::cli {

// State, rounds, sites; and once the sites have reported, a table for each outcome.
std::string RunText(const api::RunView& run);

// One outcome: for every site patients, AUROC and macro-F1 of a model trained alone, of the
// federated one and of logistic regression, bytes sent and how many times smaller they are than
// uncompressed; then the mean over sites.
std::string OutcomeTable(const api::RunView& run, const std::string& outcome);

std::string RunListText(const std::vector<api::RunView>& runs);
std::string SiteListText(const std::vector<api::SiteView>& sites);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_RUN_TABLE_H_
