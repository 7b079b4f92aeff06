#ifndef CONSILIUM_LAB_EXPERIMENTS_EXPERIMENTS_H_
#define CONSILIUM_LAB_EXPERIMENTS_EXPERIMENTS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "lab/experiments/experiment.h"

namespace consilium::experiments {

std::span<const Experiment> AllExperiments();

// NotFound, with the names there are.
StatusOr<const Experiment*> FindExperiment(std::string_view name);

struct ExperimentOptions {
  bool quick = false;
  std::string plan_text = {};  // empty: the plan built in
  std::string plan_source = "plan";
  std::string data = {};
  int threads = 1;
  std::function<void(std::string_view what, int done, int all)> progress = {};
};

// An experiment that ran: what it found and how to repeat it.
struct ExperimentRecord {
  std::string experiment = {};
  std::string reproduces = {};
  bool quick = false;
  std::vector<uint64_t> seeds = {};
  std::string plan = {};  // its text
  ExperimentResult result;
  double seconds = 0;

  int Count(Verdict verdict) const;
};

StatusOr<ExperimentRecord> RunExperiment(const Experiment& experiment,
                                         const ExperimentOptions& options);

// One JSON object, docs/formats/experiment-result.md.
std::string ToJson(const ExperimentRecord& record);

// A page for people.
page::Page ToPage(const ExperimentRecord& record);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_EXPERIMENTS_H_
