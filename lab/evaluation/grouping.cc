#include "lab/evaluation/grouping.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/toml.h"
#include "fmt/format.h"
#include "lab/evaluation/answers.h"

namespace consilium::evaluation {
namespace {

constexpr size_t kNamesInLabel = 3;

// Upper ends of up to four parts of like size; ascending, distinct, the last one the largest value.
std::vector<double> UpperQuartiles(std::vector<double> values) {
  std::vector<double> ends;
  std::sort(values.begin(), values.end());
  for (int quarter = 1; quarter <= 4 && !values.empty(); ++quarter) {
    const size_t at = std::max<size_t>(1, static_cast<size_t>(quarter) * values.size() / 4) - 1;
    if (ends.empty() || values[at] > ends.back()) ends.push_back(values[at]);
  }
  return ends;
}

int PartOf(const std::vector<double>& ends, double value) {
  const auto part = std::lower_bound(ends.begin(), ends.end(), value) - ends.begin();
  return static_cast<int>(std::min(part, static_cast<ptrdiff_t>(ends.size()) - 1));
}

// Which answers are missing, one bit each.
std::vector<bool> PatternOf(const data::Cohort& cohort, int patient) {
  std::vector<bool> missing;
  for (size_t f = 0; f < cohort.values.size(); ++f) {
    missing.push_back(!cohort.Observed(static_cast<int>(f), patient));
  }
  return missing;
}

std::string PatternLabel(const data::Schema& schema, const std::vector<bool>& missing) {
  std::vector<std::string> without, with;
  for (size_t f = 0; f < missing.size(); ++f) {
    (missing[f] ? without : with).push_back(schema.features[f].key);
  }
  if (without.empty()) return "nothing missing";
  if (with.empty()) return "everything missing";
  const bool few_left = with.size() < without.size();
  const std::vector<std::string>& named = few_left ? with : without;
  std::string label = few_left ? "only " : "without ";
  for (size_t i = 0; i < std::min(named.size(), kNamesInLabel); ++i) {
    label += (i > 0 ? ", " : "") + named[i];
  }
  if (named.size() > kNamesInLabel)
    label += fmt::format(" and {} more", named.size() - kNamesInLabel);
  return label;
}

std::vector<double> ValuesOf(const std::vector<data::Cohort>& sites, int feature) {
  std::vector<double> values;
  for (const data::Cohort& site : sites) {
    for (const double value : site.values[static_cast<size_t>(feature)]) {
      if (!std::isnan(value)) values.push_back(value);
    }
  }
  return values;
}

// "up to 10 answers", "11 answers", "12 to 13 answers"
std::vector<std::string> CountLabels(const std::vector<double>& ends, const std::string& what) {
  std::vector<std::string> labels;
  for (size_t i = 0; i < ends.size(); ++i) {
    const double first = i == 0 ? 0 : ends[i - 1] + 1;
    labels.push_back(i == 0             ? fmt::format("up to {} {}", ends[i], what)
                     : first == ends[i] ? fmt::format("{} {}", first, what)
                                        : fmt::format("{} to {} {}", first, ends[i], what));
  }
  return labels;
}

std::vector<std::string> RangeLabels(const std::vector<double>& ends, const std::string& unit) {
  std::vector<std::string> labels;
  for (size_t i = 0; i < ends.size(); ++i) {
    labels.push_back(i == 0 ? fmt::format("up to {:.4g}{}", ends[i], unit)
                            : fmt::format("above {:.4g} to {:.4g}{}", ends[i - 1], ends[i], unit));
  }
  return labels;
}

}  // namespace

Grouping Everybody() {
  return {
      "all", "All patients", {"all patients"}, [](size_t, const data::Cohort&, int) { return 0; }};
}

Grouping BySite(const std::vector<std::string>& sites) {
  return {"site", "By site", sites,
          [](size_t site, const data::Cohort&, int) { return static_cast<int>(site); }};
}

Grouping ByAnswersKnown(const std::vector<data::Cohort>& sites) {
  std::vector<double> answers;
  for (const data::Cohort& site : sites) {
    for (const int count : AnswersOf(site)) answers.push_back(count);
  }
  const std::vector<double> ends = UpperQuartiles(std::move(answers));
  return {"answers_known", "By number of answers known", CountLabels(ends, "answers"),
          [ends](size_t, const data::Cohort& cohort, int patient) {
            int count = 0;
            for (size_t f = 0; f < cohort.values.size(); ++f) {
              count += cohort.Observed(static_cast<int>(f), patient) ? 1 : 0;
            }
            return PartOf(ends, count);
          }};
}

Grouping ByMissingPattern(const data::Schema& schema, const std::vector<data::Cohort>& sites,
                          int patterns) {
  std::map<std::vector<bool>, int> counts;
  for (const data::Cohort& site : sites) {
    for (int patient = 0; patient < site.patients; ++patient) ++counts[PatternOf(site, patient)];
  }
  std::vector<std::pair<int, std::vector<bool>>> frequent;
  for (const auto& [pattern, count] : counts) frequent.emplace_back(-count, pattern);
  std::sort(frequent.begin(), frequent.end());
  Grouping grouping{"pattern", "By what is missing", {}, {}};
  std::map<std::vector<bool>, int> index;
  for (size_t i = 0; i < std::min(frequent.size(), static_cast<size_t>(patterns)); ++i) {
    index[frequent[i].second] = static_cast<int>(i);
    grouping.labels.push_back(PatternLabel(schema, frequent[i].second));
  }
  const int others = static_cast<int>(grouping.labels.size());
  if (counts.size() > index.size()) {
    grouping.labels.push_back(fmt::format("{} other patterns", counts.size() - index.size()));
  }
  grouping.group_of = [index, others](size_t, const data::Cohort& cohort, int patient) {
    const auto found = index.find(PatternOf(cohort, patient));
    return found == index.end() ? others : found->second;
  };
  return grouping;
}

StatusOr<Grouping> ByFeature(const data::Schema& schema, const std::vector<data::Cohort>& sites,
                             const std::string& key) {
  const int feature = schema.FindFeature(key);
  if (feature < 0) {
    return NotFound("no feature '{}' in the schema{}", key, Suggestion(key, schema.FeatureKeys()));
  }
  const data::Feature& described = schema.features[static_cast<size_t>(feature)];
  if (data::HasPayload(described.kind)) {
    return InvalidArgument(
        "patients cannot be divided by '{}', which is a {}: name a number or a category", key,
        data::Name(described.kind));
  }
  Grouping grouping{key, "By " + (described.label.empty() ? key : described.label), {}, {}};
  std::vector<double> ends;
  for (size_t c = 0; c < described.categories.size(); ++c) {
    grouping.labels.push_back(described.categories[c].label);
    ends.push_back(static_cast<double>(c));
  }
  if (ends.empty()) {
    ends = UpperQuartiles(ValuesOf(sites, feature));
    grouping.labels =
        RangeLabels(ends, described.unit_label.empty() ? "" : " " + described.unit_label);
  }
  const int unknown = static_cast<int>(grouping.labels.size());
  grouping.labels.push_back("not known");
  grouping.group_of = [feature, ends, unknown](size_t, const data::Cohort& cohort, int patient) {
    if (!cohort.Observed(feature, patient)) return unknown;
    const double value = cohort.values[static_cast<size_t>(feature)][static_cast<size_t>(patient)];
    return PartOf(ends, value);
  };
  return grouping;
}

}  // namespace consilium::evaluation
