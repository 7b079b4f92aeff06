#include "server/data/synthetic.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/portable_math.h"
#include "base/random.h"
#include "server/data/normalisation.h"
#include "server/data/payload_check.h"
#include "server/data/synthetic_payload.h"
#include "server/data/text.h"

namespace consilium::data {
namespace {

constexpr uint64_t kEffectsSeed = 1988;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kCommonFactor = 0.45;  // loading on the factor all features share

const std::vector<SyntheticSite>& HeartSites() {
  static const std::vector<SyntheticSite> sites = {
      {"cleveland", 303, 0.46, {{"ca", 4. / 303}, {"thal", 2. / 303}}},
      {"hungarian",
       294,
       0.36,
       {{"chol", 23. / 294},
        {"fbs", 8. / 294},
        {"slope", 190. / 294},
        {"ca", 291. / 294},
        {"thal", 266. / 294}}},
      {"switzerland",
       123,
       0.94,
       {{"chol", 1},
        {"fbs", 75. / 123},
        {"oldpeak", 6. / 123},
        {"slope", 17. / 123},
        {"ca", 118. / 123},
        {"thal", 52. / 123}}},
      {"va",
       200,
       0.75,
       {{"trestbps", 57. / 200},
        {"chol", 56. / 200},
        {"fbs", 7. / 200},
        {"thalach", 53. / 200},
        {"exang", 53. / 200},
        {"oldpeak", 56. / 200},
        {"slope", 102. / 200},
        {"ca", 198. / 200},
        {"thal", 166. / 200}}},
  };
  return sites;
}

// How far, in standard deviations, the worst class of an outcome shifts a feature.
double Effect(const Feature& feature, const Outcome& outcome) {
  Random stream = Random::Named(kEffectsSeed, feature.key + "/" + outcome.key);
  const double size = 0.3 + 0.6 * stream.Uniform();
  return stream.Uniform() < 0.5 ? -size : size;
}

// As people write it: whole counts, else fifty to five hundred different values: 145, 2.3.
double Rounded(double value, const Feature& feature) {
  const bool is_count = feature.unit.starts_with('{');
  const double width = feature.range.max - feature.range.min;
  double parts = 1;  // of one
  while (!is_count && width * parts < 50 && parts < 1e9) parts *= 10;
  return std::clamp(std::round(value * parts) / parts, feature.range.min, feature.range.max);
}

// `z` is standard normal but for the outcomes' shifts.
double ValueOf(const Feature& feature, const Scale& scale, double z) {
  if (feature.kind == FeatureKind::kContinuous) {
    return Rounded(scale.mean + 0.8 * scale.sd * z, feature);
  }
  const auto categories = static_cast<double>(feature.categories.size());
  int category = 0;
  while (category + 1 < static_cast<int>(feature.categories.size()) &&
         z > PortableNormalQuantile((category + 1) / categories)) {
    ++category;
  }
  return category;
}

std::vector<int> DrawLabels(const Outcome& outcome, int patients, double prevalence,
                            Random& random) {
  std::vector<int> labels;
  for (int p = 0; p < patients; ++p) {
    const bool diseased = random.Uniform() < prevalence;
    const uint64_t kind = random.Below(outcome.classes.size() - 1);
    labels.push_back(diseased ? 1 + static_cast<int>(kind) : 0);
  }
  return labels;
}

// The number of an outcome that is one, in standard deviations.
double Standardised(const Outcome& outcome, double target) {
  const Scale scale = ScaleOf(outcome);
  return (target - scale.mean) / (0.8 * scale.sd);
}

void DrawOutcomes(const Schema& schema, const SyntheticSite& site, uint64_t seed, Cohort& cohort) {
  Random labels = Random::Named(seed, "synthetic labels " + site.name);
  Random numbers = Random::Named(seed, "synthetic targets " + site.name);
  for (size_t o = 0; o < schema.outcomes.size(); ++o) {
    const Outcome& outcome = schema.outcomes[o];
    if (!outcome.continuous()) {
      cohort.labels[o] = DrawLabels(outcome, site.patients, site.prevalence, labels);
      continue;
    }
    const Scale scale = ScaleOf(outcome);
    cohort.labels[o].assign(static_cast<size_t>(site.patients), -1);
    for (int p = 0; p < site.patients; ++p) {
      const double target = scale.mean + 0.8 * scale.sd * numbers.Normal();
      const double rounded = std::round(target * 100) / 100;
      cohort.targets[o].push_back(std::clamp(rounded, outcome.range.min, outcome.range.max));
    }
  }
}

// By how much, in standard deviations, the outcomes of patient p shift a feature.
double Shift(const Schema& schema, const Feature& feature, const Cohort& cohort, size_t p) {
  double shift = 0;
  for (size_t o = 0; o < schema.outcomes.size(); ++o) {
    const Outcome& outcome = schema.outcomes[o];
    if (outcome.continuous()) {
      shift += 0.5 * Effect(feature, outcome) * Standardised(outcome, cohort.targets[o][p]);
      continue;
    }
    const auto worst = static_cast<double>(outcome.classes.size() - 1);
    shift += Effect(feature, outcome) * (cohort.labels[o][p] / worst - 0.5);
  }
  return shift;
}

}  // namespace

StatusOr<SyntheticSite> SyntheticHeartSite(const std::string& name) {
  for (const SyntheticSite& site : HeartSites()) {
    if (site.name == name) return site;
  }
  return NotFound("no synthetic site '{}', expected one of: {}", name,
                  Join(SyntheticHeartSiteNames(), ", "));
}

std::vector<std::string> SyntheticHeartSiteNames() {
  std::vector<std::string> names;
  for (const SyntheticSite& site : HeartSites()) names.push_back(site.name);
  return names;
}

Cohort Synthesise(const Schema& schema, const SyntheticSite& site, uint64_t seed) {
  Cohort cohort = EmptyCohort(schema);
  cohort.patients = site.patients;
  DrawOutcomes(schema, site, seed, cohort);
  if (std::ranges::any_of(schema.features, HasPayload, &Feature::kind)) {
    for (int p = 0; p < site.patients; ++p) {
      cohort.patient_ids.push_back(fmt::format("{}-{:05}", site.name, p + 1));
    }
  }
  Random shared = Random::Named(seed, "synthetic factor " + site.name);
  std::vector<double> factor;
  for (int p = 0; p < site.patients; ++p) factor.push_back(shared.Normal());
  const Normalisation scales = NormalisationFromSchema(schema);
  for (size_t f = 0; f < schema.features.size(); ++f) {
    const Feature& feature = schema.features[f];
    Random draws = Random::Named(seed, "synthetic " + feature.key + " " + site.name);
    Random numbers = Random::Named(seed, "synthetic payload " + feature.key + " " + site.name);
    const auto missing = site.missing.find(feature.key);
    const double share = missing == site.missing.end() ? 0 : missing->second;
    for (size_t p = 0; p < static_cast<size_t>(site.patients); ++p) {
      const double noise = std::sqrt(1 - kCommonFactor * kCommonFactor) * draws.Normal();
      const double z = kCommonFactor * factor[p] + noise + Shift(schema, feature, cohort, p);
      const bool hidden = draws.Uniform() < share;
      if (HasPayload(feature.kind)) {
        const std::vector<float> payload = SynthesisePayload(feature, scales, f, z, numbers);
        cohort.payloads[f].Append(hidden ? std::span<const float>() : payload);
        cohort.values[f].push_back(hidden ? kMissing : VectorsIn(feature, payload));
      } else {
        cohort.values[f].push_back(hidden ? kMissing : ValueOf(feature, scales.scales[f], z));
      }
    }
  }
  return cohort;
}

}  // namespace consilium::data
