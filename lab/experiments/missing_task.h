#ifndef CONSILIUM_LAB_EXPERIMENTS_MISSING_TASK_H_
#define CONSILIUM_LAB_EXPERIMENTS_MISSING_TASK_H_

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "modules/modn/examples.h"

namespace consilium::experiments {

// A synthetic task of several modalities (vectors) and two classes: numbers are normal around means
// that differ between the classes (docs/papers.md, Missing not at random).
struct MissingTaskOptions {
  std::vector<int> widths;
  std::vector<double> strengths;  // by modality: distance of the classes' means
  int biased = 0;                 // the modality that goes missing
  double prevalence = 0.5;
  int train = 0, test = 0;
  int state = 0, hidden = 0;
  double learning_rate = 0;
  int batch = 0, passes = 0;
};

// Ways to learn where a modality is missing.
enum class MissingMethod {
  kFusion,           // parallel fusion, missing numbers at their mean
  kFusionIndicator,  // and told what is missing
  kFusionEqualised,  // with class-equalised masking
  kSequential,       // one encoder after the other, skipped patient by patient
  kSequentialEqualised,
  kBatchSkip,  // MultiModN's code: skipped for the batch if one patient lacks it, in file
               // order, in training and in the test
};

struct NamedMethod {
  std::string_view name;
  MissingMethod method;
};
inline constexpr std::array kMissingMethods = {
    NamedMethod{"fusion", MissingMethod::kFusion},
    NamedMethod{"fusion, indicator", MissingMethod::kFusionIndicator},
    NamedMethod{"fusion, equalised", MissingMethod::kFusionEqualised},
    NamedMethod{"sequential", MissingMethod::kSequential},
    NamedMethod{"sequential, equalised", MissingMethod::kSequentialEqualised},
    NamedMethod{"batch skip", MissingMethod::kBatchSkip},
};

// AUROC on the test patients.
struct MissingScores {
  double none = 0;  // all have every modality
  double same = 0;  // the biased one is missing for the share of positives, as in training
  double flip = 0;  // ... of negatives
};

// Trains on patients of whose positives the share `missing`, the first in the file, lack the biased
// modality. The same options and seed give the same scores.
StatusOr<MissingScores> ScoresWhereMissing(const MissingTaskOptions& options, MissingMethod method,
                                           double missing, uint64_t seed);

// The largest difference between the classes' expected missing rates that class-equalised masking
// leaves at any modality.
double RateDifference(const MissingTaskOptions& options, double missing, uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_MISSING_TASK_H_
