#ifndef CONSILIUM_SERVER_DATA_COHORT_FILE_H_
#define CONSILIUM_SERVER_DATA_COHORT_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "server/data/cohort.h"
#include "server/data/cohort_report.h"
#include "server/data/mapping.h"
#include "server/data/schema.h"

// A cohort from a CSV file, and from what the mapping says lies beside it. One bad cell costs that
// cell; one bad row costs that row.
namespace consilium::data {

struct CohortOptions {
  bool strict = false;  // any finding is an error; the error repeats no value
  int max_findings_per_column = 20;
  size_t max_row_bytes = size_t{1} << 20;
  std::string folder = ".";  // where the mapping's files and folders are
};

struct LoadedCohort {
  Cohort cohort;
  CohortReport report;
};

// Fails if a mapped column is absent or its name occurs twice, if the text is not a text at all, if
// a file or folder of the mapping cannot be read, or if no row could be read.
StatusOr<LoadedCohort> ParseCohort(const Schema& schema, const Mapping& mapping,
                                   std::string_view text, std::string_view source_name,
                                   const CohortOptions& options = {});

// `options.folder` is overwritten: it is the file's own.
StatusOr<LoadedCohort> LoadCohort(const Schema& schema, const Mapping& mapping,
                                  const std::string& path, const CohortOptions& options = {});

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_COHORT_FILE_H_
