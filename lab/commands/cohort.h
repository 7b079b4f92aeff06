#ifndef CONSILIUM_LAB_COMMANDS_COHORT_H_
#define CONSILIUM_LAB_COMMANDS_COHORT_H_

#include <cstdint>
#include <string>

#include "base/command/output.h"
#include "base/status.h"

// The commands of `consilium cohort`, without a command line.
namespace consilium::commands {

struct CohortFiles {
  std::string schema;
  std::string mapping;  // empty: the header has the schema's keys
  std::string csv;
};

struct CohortVerdict {
  Output output;
  int findings = 0;
};

// What a site's file holds and what is wrong with it. Repeats values: for the site's own eyes.
StatusOr<CohortVerdict> CheckCohort(const CohortFiles& files);

// Which patients are held out: the same as in a run with this share and seed. `outcome` is a key;
// empty: the first of the schema.
struct HoldoutChoice {
  double share = 0.2;
  uint64_t seed = 1;
  std::string outcome;
};

// Writes two files with the rows, and the header, of the one there is.
struct CohortSplit {
  CohortFiles files;
  HoldoutChoice holdout;
  std::string train;
  std::string test;
};
StatusOr<Output> SplitCohort(const CohortSplit& options);

// The answers of one held-out patient, for `consilium consult --answers`.
struct CohortAnswers {
  CohortFiles files;
  HoldoutChoice holdout;
  int patient = 1;  // among those held out, from 1
  std::string out;  // file; empty: only in what is said
};
StatusOr<Output> AnswersOfPatient(const CohortAnswers& options);

// Patients who never lived.
struct CohortSynthesis {
  std::string schema;
  std::string mapping;    // empty: columns are the schema's keys
  std::string site;       // a known one, or any name if `patients` says how many
  int patients = 0;       // 0: as many as the site it is named after
  double prevalence = 0;  // 0: of the site it is named after, else 0.4
  double missing = 0.1;   // share of patients without a feature, of a site that is not known
  uint64_t seed = 1;
  std::string out;
};
StatusOr<Output> SynthesiseCohort(const CohortSynthesis& options);

}  // namespace consilium::commands

#endif  // CONSILIUM_LAB_COMMANDS_COHORT_H_
