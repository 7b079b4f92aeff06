#ifndef CONSILIUM_LAB_EXPERIMENTS_INTEROPERABLE_H_
#define CONSILIUM_LAB_EXPERIMENTS_INTEROPERABLE_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "server/data/cohort.h"
#include "server/data/schema.h"
#include "server/training/options.h"

// The protocol of MoDN's experiment on imperfectly interoperable data sets
// (docs/papers.md, Imperfectly interoperable data).
namespace consilium::experiments {

struct PatientsOf {
  data::Schema schema;
  data::Cohort cohort;  // of all sites
};

// "icu2012" or "heart" in `folder`; NotFound if it is not there.
StatusOr<PatientsOf> LoadPatients(const std::string& folder, std::string_view name);

struct InteroperableOptions {
  double test = 0, validation = 0, local = 0;  // shares
  int rounds = 0, local_rounds = 0, fine_tune = 0;
  training::TrainingOptions training;
};

struct TestScores {
  double auroc = 0;
  double macro_f1 = 0;
};

enum IioMethod : size_t { kLocal, kStatic, kUpdate, kFineTune, kPooled, kIioMethods };
inline constexpr std::array<std::string_view, kIioMethods> kIioNames = {
    "local", "static", "composed", "fine-tuned", "pooled"};

struct InteroperableScores {
  std::array<TestScores, kIioMethods> scores;
  // Modules of the large site's model that differ by a bit in the composed one.
  int moved_modules = 0;
  // Largest change of a prediction, composed against static, for test patients stripped of the new
  // features.
  double changed_predictions = 0;
};

// One split with ceil(share * features) random shared features.
StatusOr<InteroperableScores> RunInteroperable(const PatientsOf& patients,
                                               const InteroperableOptions& options, double share,
                                               uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_INTEROPERABLE_H_
