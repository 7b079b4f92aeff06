#ifndef CONSILIUM_LAB_EXPERIMENTS_EXPERIMENT_H_
#define CONSILIUM_LAB_EXPERIMENTS_EXPERIMENT_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "lab/experiments/claim.h"
#include "lab/experiments/experiment_plan.h"
#include "lab/page/page.h"

// An experiment reproduces the claims of one paper. It is one source file, NAME.cc, with a function
// StatusOr<ExperimentResult> RunName(ExperimentSetting&), a plan NAME.toml beside it with its seeds
// and sizes ([quick]: under 60 s on two cores; [full]: under 15 min), a line in experiments.cc and
// one in CMakeLists.txt. A claim that fails is a result, not an error, and says why it fails.
namespace consilium::experiments {

// What an experiment is given.
struct ExperimentSetting {
  ExperimentPlan plan;
  bool quick = false;
  std::string data = {};  // folder with heart/, icu2012/, eicu/; may be absent: skip what needs it
  int threads = 1;        // the result must not depend on it
  // Tells who waits: what goes on, and how much of it is done. May be called from any thread.
  std::function<void(std::string_view what, int done, int all)> progress = {};
};

struct ExperimentResult {
  std::vector<Claim> claims = {};
  std::vector<page::Section> sections = {};  // charts, tables and text for the page
  std::vector<std::string> notes = {};       // what a reader should know: data, deviations, limits
};

struct Experiment {
  std::string_view name = {};
  std::string_view reproduces = {};  // the paper
  std::string_view summary = {};     // one line, for --list
  StatusOr<ExperimentResult> (*run)(ExperimentSetting& setting);
};

// Calls task(0) .. task(count - 1) on the setting's threads, telling progress; the error of the
// lowest index, if any. Tasks write to places of their own.
Status ForEach(const ExperimentSetting& setting, std::string_view what, int count,
               const std::function<Status(int)>& task);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_EXPERIMENT_H_
