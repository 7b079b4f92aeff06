#ifndef CONSILIUM_LAB_EVALUATION_EVALUATION_H_
#define CONSILIUM_LAB_EVALUATION_EVALUATION_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "lab/evaluation/measure.h"
#include "lab/evaluation/missingness.h"
#include "lab/page/page.h"
#include "lab/simulation/plan_file.h"
#include "modules/metrics/paired_test.h"
#include "modules/metrics/reliability.h"

namespace consilium::evaluation {

// Counts of 1 to 4 patients are not told, nor what would give them away: a group of fewer than
// kFewest patients has no scores, and where a class has so few the counts of all classes are left
// out. docs/formats/evaluation.md says what that does not protect against.
inline constexpr int kFewest = 5;

struct ModelScores {
  std::string model;
  std::vector<Measurement> metrics;  // as Evaluation::metrics
};

struct GroupScores {
  std::string label;
  std::optional<int> patients;               // with a known outcome; absent: fewer than kFewest
  std::vector<std::optional<int>> by_class;  // all absent: one is from 1 to 4
  std::vector<ModelScores> models;           // none if `patients` is absent
};

struct GroupingScores {
  std::string key;
  std::string title;
  std::vector<GroupScores> groups;
};

struct ReliabilityCurve {
  std::string model;
  std::vector<metrics::ReliabilityBin> bins;  // of at least kFewest patients each
};

// The 5x2 cv paired t-test of the federated model against another.
struct PairedComparison {
  std::string model = {};
  std::string metric = {};  // key
  double difference = 0;    // mean of federated minus the other
  std::optional<metrics::PairedTest> test =
      {};  // absent: a difference is undefined, or none varies
};

struct OutcomeEvaluation {
  std::string key = {};
  std::string label = {};
  std::vector<std::string> classes = {};
  std::vector<GroupingScores> groupings = {};  // all, site, answers_known, pattern, --by
  // Score by score the mean over the sites that have it: what a patient of a typical site may
  // expect. Scores over all patients together also reward knowing which site a patient is from.
  std::vector<ModelScores> mean_of_sites = {};
  GroupingScores by_answers = {};  // label: number of answers given
  std::vector<ReliabilityCurve> reliability = {};
  std::vector<PairedComparison> paired = {};
};

struct EvaluatedSite {
  std::string name;
  std::optional<int> patients;
};

struct Evaluation {
  std::string plan;  // its path
  std::string plan_text;
  std::vector<uint64_t> seeds;
  int folds = 0;  // 0: one held-out part
  std::vector<EvaluatedSite> sites;
  std::vector<Metric> metrics;
  double specificity = 0.9;
  std::vector<OutcomeEvaluation> outcomes;
  std::optional<MissingnessAudit> missingness;
  double seconds = 0;
};

struct EvaluationOptions {
  std::vector<uint64_t> seeds = {};         // empty: the plan's
  std::optional<int> folds = {};            // absent: as the plan says
  std::vector<std::string> baselines = {};  // beside the plan's
  std::vector<std::string> by = {};         // features that divide the patients
  int patterns = 5;
  int resamples = 500;
  double specificity = 0.9;
  bool five_by_two = false;
  bool missingness = false;
  MissingnessOptions audit = {};
  int threads = 1;
  std::function<void(std::string_view what, int done, int all)> progress = {};
};

// Trains and evaluates the plan's federation in this process, once for each seed and fold. The
// result, but for `seconds`, does not depend on the number of threads.
StatusOr<Evaluation> Evaluate(const simulation::LoadedPlan& loaded,
                              const EvaluationOptions& options);

// One JSON object, docs/formats/evaluation.md.
std::string ToJson(const Evaluation& evaluation);

// A page for people.
page::Page ToPage(const Evaluation& evaluation);

}  // namespace consilium::evaluation

#endif  // CONSILIUM_LAB_EVALUATION_EVALUATION_H_
