#ifndef CONSILIUM_SERVER_DATA_COHORT_REPORT_H_
#define CONSILIUM_SERVER_DATA_COHORT_REPORT_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

// What a site's files hold and what is wrong with them.
namespace consilium::data {

// One thing that is wrong in a file. For the site's own eyes: it repeats the value.
struct Finding {
  int line = 0;       // from 1; 0: the whole file
  int column = 0;     // from 1; 0: the whole row
  std::string key;    // feature (or one of its components) or outcome; empty: the whole row
  std::string value;  // printable, shortened
  std::string rule;   // what was expected
  std::string file;   // empty: the site's CSV. May tell a patient's id
};

struct ColumnReport {
  std::string key;
  std::string column;  // "chol", "column 5", "lab_*", "vitals.csv"; empty if the site has none
  int observed = 0;
  int missing = 0;  // marked as missing by the file; of a file beside the CSV: without a row in it
  int refused = 0;  // cells with a finding; treated as missing
  int partial = 0;  // vectors left out because some of their components are missing
  int shortened = 0;  // series longer than what counts: the latest vectors were kept
  int strangers = 0;  // rows of patients who are not in the site's CSV
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

// Counts all findings, keeps the first `most` of each column of each file (or of each feature that
// has files of its own). Borrows the report.
class FindingLog {
 public:
  FindingLog(CohortReport& report, int most) : report_(report), most_(most) {}
  void Add(Finding finding);

 private:
  CohortReport& report_;
  const int most_;
  std::map<std::pair<std::string, int>, int> seen_;
};

// "line 7, column 5 (chol): 'abc', expected ..."
std::string Describe(const Finding& finding);

// The same without value and file, fit for a log.
std::string DescribeWithoutValue(const Finding& finding);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_COHORT_REPORT_H_
