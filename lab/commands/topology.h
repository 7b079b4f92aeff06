#ifndef CONSILIUM_LAB_COMMANDS_TOPOLOGY_H_
#define CONSILIUM_LAB_COMMANDS_TOPOLOGY_H_

#include <string>
#include <vector>

#include "base/status.h"
#include "lab/page/page.h"
#include "modules/topology/advise.h"
#include "modules/topology/facts.h"
#include "modules/topology/network.h"

// What `consilium topology` says, docs/topology.md.
namespace consilium::commands {

// Networks side by side, and what is known of each.
struct NetworkStudy {
  topology::FactsOptions options;
  std::vector<topology::Network> networks;
  std::vector<topology::NetworkFacts> facts;
};

StatusOr<NetworkStudy> StudyOf(std::vector<topology::Network> networks,
                               const topology::FactsOptions& options);

// "0, 0.5,0.9" as numbers. Refuses what is none.
StatusOr<std::vector<double>> ParseDecays(const std::string& text);

std::string ShowText(const NetworkStudy& study);     // of one network, at length
std::string CompareText(const NetworkStudy& study);  // a line each
std::string ToJson(const NetworkStudy& study);
page::Page ToPage(const NetworkStudy& study);

std::string AdviceText(const topology::Advice& advice);
std::string ToJson(const topology::Advice& advice);
page::Page ToPage(const topology::Advice& advice);

// The graph of a network's links as a picture; the sites with the fewest effective neighbours at
// `decay` are marked. A sentence instead of it where it is too large to draw.
// `names` of the sites may be empty: then their numbers. `links`, if not null, are those that could
// be held: their delays are written beside those used, and the others drawn faintly.
page::Block PictureOf(const topology::Network& network, const topology::NetworkFacts& facts,
                      size_t decay, const std::vector<std::string>& names = {},
                      const topology::LinkList* links = nullptr);

}  // namespace consilium::commands

#endif  // CONSILIUM_LAB_COMMANDS_TOPOLOGY_H_
