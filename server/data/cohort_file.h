#ifndef CONSILIUM_SERVER_DATA_COHORT_FILE_H_
#define CONSILIUM_SERVER_DATA_COHORT_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "server/data/cohort.h"
#include "server/data/mapping.h"
#include "server/data/schema.h"

// A cohort from a CSV file. One bad cell costs that cell; one bad row costs that row.
namespace consilium {

// One thing that is wrong in a file. For the site's own eyes: it repeats the value.
struct Finding {
  int line = 0;       // from 1
  int column = 0;     // from 1; 0: the whole row
  std::string key;    // feature or outcome; empty: the whole row
  std::string value;  // printable, shortened
  std::string rule;   // what was expected
};

struct ColumnReport {
  std::string key;
  std::string column;  // "chol", "column 5"; empty if the site has no such column
  int observed = 0;
  int missing = 0;  // marked as missing by the file
  int refused = 0;  // cells with a finding; treated as missing
};

struct CohortReport {
  int rows = 0;                                // that became patients
  int rows_skipped = 0;                        // each with a finding
  int same_patient = 0;                        // rows whose patient id was seen before
  int duplicates = 0;                          // rows that equal an earlier one, cell by cell; kept
  std::vector<ColumnReport> features;          // [feature] of the schema
  std::vector<ColumnReport> outcomes;          // [outcome]
  std::vector<std::vector<int>> class_counts;  // [outcome][class]
  std::vector<Finding> findings;               // the first few of each column, by line
  int findings_total = 0;
};

struct CohortOptions {
  bool strict = false;  // any finding is an error; the error repeats no value
  int max_findings_per_column = 20;
  size_t max_row_bytes = size_t{1} << 20;
};

struct LoadedCohort {
  Cohort cohort;
  CohortReport report;
};

// Fails if a mapped column is absent or its name occurs twice, if the text is not a text at all, or
// if no row could be read.
StatusOr<LoadedCohort> ParseCohort(const Schema& schema, const Mapping& mapping,
                                   std::string_view text, std::string_view source_name,
                                   const CohortOptions& options = {});

StatusOr<LoadedCohort> LoadCohort(const Schema& schema, const Mapping& mapping,
                                  const std::string& path, const CohortOptions& options = {});

// "line 7, column 5 (chol): 'abc' refused: ..."
std::string Describe(const Finding& finding);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_DATA_COHORT_FILE_H_
