#ifndef CONSILIUM_LAB_EXPERIMENTS_MODN_STUDY_H_
#define CONSILIUM_LAB_EXPERIMENTS_MODN_STUDY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/status.h"
#include "lab/experiments/real_data.h"
#include "modules/modn/architecture.h"
#include "modules/modn/examples.h"
#include "modules/modn/feature_loss_options.h"

// What the experiment modn measures of one data set with one seed: all sites' patients pooled, a
// fifth held out, one network.
namespace consilium::experiments {

struct ModnStudyOptions {
  int passes = 60, batch = 32;
  double learning_rate = 2e-3;
  double idempotence = 1;
  int orders = 3;            // random orders of questions that are compared
  int asked = 5;             // questions asked one by one ...
  int asked_patients = 100;  // ... of so many held-out patients
};

// The patients of the training part and those held out, as a network sees them.
struct PooledHalves {
  data::Schema schema;
  data::Cohort train_cohort;
  std::vector<double> statistics;
  modn::Examples train, test;
};
StatusOr<PooledHalves> SplitPooled(const RealData& data, uint64_t seed);

// `trainable` as TrainingPass takes it; `parameters` is where to start from, or empty.
std::vector<float> TrainModn(const modn::Architecture& architecture, const modn::Examples& examples,
                             const ModnStudyOptions& options,
                             const modn::FeatureLossOptions& features, uint64_t seed,
                             const std::vector<uint8_t>& trainable = {},
                             std::vector<float> parameters = {});

// Named measurements; curves have one value for each number of questions asked.
struct ModnMeasurements {
  std::map<std::string, double> values;
  std::map<std::string, std::vector<double>> curves;
};

// Claims 3 to 5, and the same of a network with feature decoders and idempotence.
StatusOr<ModnMeasurements> MeasureModn(const RealData& data, const ModnStudyOptions& options,
                                       uint64_t seed);

// Of a network with feature decoders: "feature_gain", by how many nats an answer is likelier, given
// half of the others, than by the training patients' distribution; and the outcome's NLL with
// questions asked one by one: curves "by_gain", "by_shares" (gain by answer shares), "at_random".
Status MeasureQuestions(const PooledHalves& halves, const modn::Architecture& architecture,
                        const std::vector<float>& parameters, const ModnStudyOptions& options,
                        uint64_t seed, ModnMeasurements& measured);

// Claim 1: a network that knows all features but `added`, taught at all sites but the first, is
// given encoders of these at the first, and nothing else is trained. "changed": numbers of old
// modules that differ; "prediction": largest difference of a prediction for a patient without the
// new features; "moved": share of the new encoders' numbers that were trained.
StatusOr<ModnMeasurements> MeasureUpdate(const RealData& data,
                                         const std::vector<std::string>& added,
                                         const ModnStudyOptions& options, uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_MODN_STUDY_H_
