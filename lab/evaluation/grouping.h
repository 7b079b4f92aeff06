#ifndef CONSILIUM_LAB_EVALUATION_GROUPING_H_
#define CONSILIUM_LAB_EVALUATION_GROUPING_H_

#include <functional>
#include <string>
#include <vector>

#include "base/status.h"
#include "server/data/cohort.h"
#include "server/data/schema.h"

// Ways to divide the patients of all sites, the same for every seed and fold.
namespace consilium::evaluation {

struct Grouping {
  std::string key;    // "site", "answers", "pattern", or a feature's key
  std::string title;  // what people read
  std::vector<std::string> labels;
  // Index of the patient's label, or -1: in no group.
  std::function<int(size_t site, const data::Cohort& cohort, int patient)> group_of;
};

Grouping Everybody();
Grouping BySite(const std::vector<std::string>& sites);

// By how many answers there are about the patient, in about four groups of like size.
Grouping ByAnswersKnown(const std::vector<data::Cohort>& sites);

// The most frequent sets of missing answers, at most `patterns`; then all others.
Grouping ByMissingPattern(const data::Schema& schema, const std::vector<data::Cohort>& sites,
                          int patterns);

// A categorical feature's categories, or four ranges of a continuous one between its quartiles, and
// those without it. NotFound for another key.
StatusOr<Grouping> ByFeature(const data::Schema& schema, const std::vector<data::Cohort>& sites,
                             const std::string& key);

}  // namespace consilium::evaluation

#endif  // CONSILIUM_LAB_EVALUATION_GROUPING_H_
