#ifndef CONSILIUM_SERVER_FEDERATION_PLAN_H_
#define CONSILIUM_SERVER_FEDERATION_PLAN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "server/federation/schedule_plan.h"
#include "server/training/options.h"
#include "server/training/tune_options.h"

namespace consilium::federation {

// Where `consilium simulate` finds one site's patients. Nodes know their own and ignore this.
struct SiteFiles {
  std::string site;
  std::string train;    // CSV
  std::string test;     // CSV; empty: held-out patients are split off `train`
  std::string mapping;  // empty: the CSV's header and values are the schema's own
};

// For `consilium simulate`, instead of SiteFiles: one CSV of all sites' patients.
struct SharedFile {
  std::string train;        // CSV; empty: there is none
  std::string site_column;  // names each row's site
  std::string mapping;      // empty: the CSV's header and values are the schema's own
  std::string reference;    // column of probabilities to compare with; empty: none
};

// What a data scientist writes to start a federated training; docs/formats/plan.md.
struct Plan {
  uint64_t seed = 1;
  int rounds = 40;
  std::vector<std::string> sites;         // position = order in the topology; with a shared file
                                          // empty means: all sites that it names
  int quorum = 0;                         // fewest sites to go on with; 0 = all of them
  Duration round_deadline = Seconds(60);  // for the slowest site's local steps and messages
  Duration departure_grace = Seconds(5);  // how long a site that lost its link is waited for
  SchedulePlan schedule;
  training::TrainingOptions training;
  std::string schema;            // for simulate: path
  std::vector<SiteFiles> files;  // for simulate; paths as written
  SharedFile shared_file;        // for simulate; the same
  training::TuneOptions tune;    // for tune

  int Quorum() const { return quorum > 0 ? quorum : static_cast<int>(sites.size()); }
};

// Reads a plan, refusing unknown keys. All errors in one message, each with its line.
// `source` names the text in messages.
StatusOr<Plan> ParsePlan(std::string_view toml, std::string_view source);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_PLAN_H_
