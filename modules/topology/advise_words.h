#ifndef CONSILIUM_MODULES_TOPOLOGY_ADVISE_WORDS_H_
#define CONSILIUM_MODULES_TOPOLOGY_ADVISE_WORDS_H_

#include <string>

#include "modules/topology/advise.h"

namespace consilium {

// Fills in reasons, drawbacks and the TOML of an advice whose options are sorted.
void Explain(const Situation& situation, Advice& advice);

std::string InBytes(double bytes);      // "1.2 MB"
std::string InSeconds(double seconds);  // "350 ms", "2.1 s"

}  // namespace consilium

#endif  // CONSILIUM_MODULES_TOPOLOGY_ADVISE_WORDS_H_
