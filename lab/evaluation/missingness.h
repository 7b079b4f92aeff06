#ifndef CONSILIUM_LAB_EVALUATION_MISSINGNESS_H_
#define CONSILIUM_LAB_EVALUATION_MISSINGNESS_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "lab/evaluation/measure.h"
#include "lab/simulation/plan_file.h"
#include "modules/modn/masking.h"

// Does a model read meaning into which answers are missing? docs/papers.md, Missing not at random.
namespace consilium::evaluation {

struct MissingnessOptions {
  std::vector<std::string> modules = {};  // features; empty: the most telling one
  double share = 0.8;                     // of the positive training patients who lose the answer
  std::string outcome = {};               // key; empty: the first
};

// How often one feature is missing, by class and site. Absent where a count is from 1 to 4.
struct ModuleMissingness {
  std::string feature;
  std::string label;
  std::vector<std::optional<double>> by_site;
  std::vector<std::vector<std::optional<double>>> by_class_and_site;  // [class][site]
  std::vector<std::optional<double>> by_class;                        // over all sites
};

// The AUROC of one model whose training patients lost `share` of the positives' answers, on
// patients who lost none, the same, or the negatives' answers instead.
struct FlipScores {
  std::string model;
  modn::Masking masking = modn::Masking::kNone;  // of training
  Measurement none, same, flipped;
};

struct FlippedModule {
  std::string feature;
  std::string label;
  std::vector<FlipScores> scores;
};

struct MissingnessAudit {
  std::string outcome = {};
  std::vector<std::string> classes = {};
  std::vector<std::string> sites = {};
  double share = 0.8;
  std::vector<ModuleMissingness> modules = {};  // all features of the schema
  std::vector<FlippedModule> flips = {};
};

struct AuditRun {
  const simulation::LoadedPlan& loaded;
  std::vector<federation::Plan> plans;  // by seed
  int resamples = 0;
  int threads = 1;
  std::function<void(std::string_view what, int done, int all)> progress;
};

StatusOr<MissingnessAudit> AuditMissingness(const AuditRun& run, const MissingnessOptions& options);

}  // namespace consilium::evaluation

#endif  // CONSILIUM_LAB_EVALUATION_MISSINGNESS_H_
