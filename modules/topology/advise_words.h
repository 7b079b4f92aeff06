#ifndef CONSILIUM_MODULES_TOPOLOGY_ADVISE_WORDS_H_
#define CONSILIUM_MODULES_TOPOLOGY_ADVISE_WORDS_H_

#include <string>

#include "modules/topology/advise.h"

namespace consilium::topology {

// Fills in reasons, drawbacks and the TOML of an advice whose options are sorted.
void Explain(const Situation& situation, Advice& advice);

std::string InBytes(double bytes);      // "1.2 MB"
std::string InSeconds(double seconds);  // "350 ms", "2.1 s", "18.5 min"
std::string Sites(int count);           // "1 site", "2 sites"

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_ADVISE_WORDS_H_
