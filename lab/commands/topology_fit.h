#ifndef CONSILIUM_LAB_COMMANDS_TOPOLOGY_FIT_H_
#define CONSILIUM_LAB_COMMANDS_TOPOLOGY_FIT_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "lab/page/page.h"
#include "modules/topology/decay_fit.h"

// `consilium topology fit`: the decay that stands for a problem, from how runs of it fared on
// several topologies.
namespace consilium::commands {

// How runs fared on one topology, each with its learning rate tuned:
// docs/formats/topology-results.md.
struct MeasuredTopology {
  std::string name;
  std::vector<double> results;
};

// A CSV or JSON, whichever `text` is, in the order of first mention. Refuses, naming the line or
// entry: unknown or missing columns, no name, and results that are no finite number.
StatusOr<std::vector<MeasuredTopology>> ParseResults(std::string_view text,
                                                     std::string_view source);

struct FittedTopology {
  std::string name;
  double result = 0;  // mean of its runs
  int runs = 0;
  double neighbors = 0;  // at the fitted decay
};

struct FitStudy {
  int sites = 0;
  topology::DecayFit fit;
  std::vector<FittedTopology> topologies;  // by rising neighbours
};

// Refuses names of no topology of so many sites, and what FitDecay refuses.
StatusOr<FitStudy> FitOf(const std::vector<MeasuredTopology>& measured, int sites);

std::string FitText(const FitStudy& study);
std::string ToJson(const FitStudy& study);
page::Page ToPage(const FitStudy& study);

}  // namespace consilium::commands

#endif  // CONSILIUM_LAB_COMMANDS_TOPOLOGY_FIT_H_
