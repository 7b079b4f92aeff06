// Claims of Swamy et al. 2023 (docs/papers.md, MultiModN), but for those on values missing not at
// random (the experiment mnar).
#include <algorithm>
#include <cmath>
#include <map>

#include "fmt/format.h"
#include "lab/experiments/experiment.h"
#include "lab/experiments/modn_study.h"
#include "lab/experiments/multimodn_data.h"
#include "modules/metrics/scores.h"
#include "modules/modn/evaluation.h"
#include "modules/modn/parallel_fusion.h"
#include "modules/modn/training.h"
#include "modules/optim/rate.h"
#include "server/data/examples.h"

namespace consilium::experiments {
namespace {

constexpr char kPaper[] = "MultiModN (Swamy et al. 2023)";
constexpr char kOurs[] = "ours, after MultiModN (Swamy et al. 2023)";
constexpr char kNotes[] = "a stricter reading of MultiModN (Swamy et al. 2023)";
constexpr int kOutcomes = 3;

struct Plan {
  int state, hidden, train_patients, test_patients, batch, passes, heart_passes;
  double learning_rate, fusion_learning_rate, missing;
};

Plan ReadPlan(ExperimentPlan& plan) {
  return {plan.Integer("state"),
          plan.Integer("hidden"),
          plan.Integer("train_patients"),
          plan.Integer("test_patients"),
          plan.Integer("batch"),
          plan.Integer("passes"),
          plan.Integer("heart_passes"),
          plan.Number("learning_rate"),
          plan.Number("fusion_learning_rate"),
          plan.Number("missing")};
}

using Parameters = std::vector<float>;
using Measured = std::map<std::string, double>;

Parameters Train(const modn::Architecture& architecture, const modn::Examples& examples,
                 const Plan& plan, modn::QuestionOrder order, const modn::LossOptions& loss,
                 uint64_t seed) {
  const nn::Layout layout = modn::MakeLayout(architecture);
  Parameters parameters(layout.size());
  modn::Initialise<float>(architecture, layout, seed, parameters);
  modn::Objective<float> objective(architecture, loss);
  const auto adam = optim::NewAdam({}, parameters.size());
  modn::TrainingPass pass(architecture, examples, objective, *adam,
                          {.batch = plan.batch, .order = order});
  const std::vector<int> patients = modn::AllOf(examples.patients);
  for (int i = 0; i < plan.passes; ++i) {
    const double rate = optim::RateAt(
        {.shape = optim::RateShape::kCosine, .peak = plan.learning_rate, .total = plan.passes}, i);
    pass.Run(patients, seed, static_cast<uint64_t>(i), rate, {}, parameters);
  }
  return parameters;
}

double AurocOf(const std::vector<float>& probabilities, const modn::Examples& examples,
               size_t outcome) {
  return metrics::Auroc({2, probabilities, examples.labels[outcome]}).value_or(NAN);
}

// Mean over the outcomes.
double ScoreOf(const std::vector<std::vector<float>>& probabilities,
               const modn::Examples& examples) {
  double sum = 0;
  for (size_t o = 0; o < probabilities.size(); ++o) {
    sum += AurocOf(probabilities[o], examples, o);
  }
  return sum / static_cast<double>(probabilities.size());
}

double Score(const modn::Architecture& architecture, const Parameters& parameters,
             const modn::Examples& examples, std::vector<int> order = {}) {
  if (order.empty()) order = modn::AllOf(static_cast<int>(architecture.features.size()));
  const std::vector<int> patients = modn::AllOf(examples.patients);
  return ScoreOf(
      modn::ReadAtEnd<float>(architecture, parameters, examples, {patients, order}).probabilities,
      examples);
}

StatusOr<double> FusionScore(const modn::Architecture& architecture, const modn::Examples& train,
                             const modn::Examples& test, const Plan& plan, uint64_t seed) {
  modn::ParallelFusionOptions options;
  options.passes = plan.passes;
  options.learning_rate = plan.fusion_learning_rate;
  options.batch = plan.batch;
  options.seed = seed;
  ASSIGN_OR_RETURN(
      const modn::ParallelFusion fusion,
      modn::ParallelFusion::Fit(architecture, train, modn::AllOf(train.patients), options));
  return ScoreOf(fusion.Predict(test, modn::AllOf(test.patients)), test);
}

// A copy of the network without one feature: its modules as they are.
Parameters WithoutEncoder(const modn::Architecture& architecture, const modn::Architecture& rest,
                          const Parameters& parameters) {
  const nn::Layout from = modn::MakeLayout(architecture), to = modn::MakeLayout(rest);
  Parameters kept(to.size());
  for (size_t m = 0; m < to.modules().size(); ++m) {
    const auto part =
        nn::Slice<const float>(parameters, from.module_block(from.Find(to.modules()[m].id)));
    std::copy(part.begin(), part.end(),
              kept.begin() + static_cast<ptrdiff_t>(to.module_block(static_cast<int>(m)).offset));
  }
  return kept;
}

// Claim 1: numbers of the final states that differ, over patients who lack a feature, between the
// network and one that never had that feature; and of states after m questions, between examples
// that agree in those m.
void MeasureMechanics(const modn::Architecture& architecture, const Parameters& parameters,
                      const modn::Examples& examples, Measured& measured) {
  const auto state = static_cast<size_t>(architecture.state);
  const std::vector<int> patients = modn::AllOf(examples.patients);
  const int features = static_cast<int>(architecture.features.size());
  const std::vector<int> order = modn::AllOf(features);
  const auto steps =
      modn::ReadEveryStep<float>(architecture, parameters, examples, {patients, order});
  double skipped = 0, foreign = 0, compared = 0;
  for (int f = 0; f < features; ++f) {
    modn::Architecture rest = architecture;
    rest.features.erase(rest.features.begin() + f);
    const std::vector<int> shorter = modn::AllOf(features - 1);
    const auto less = modn::ReadAtEnd<float>(rest, WithoutEncoder(architecture, rest, parameters),
                                             WithoutFeature(examples, f), {patients, shorter});
    // With later questions unasked.
    const auto early = modn::ReadAtEnd<float>(
        architecture, parameters, examples,
        {patients, std::span<const int>(order).first(static_cast<size_t>(f))});
    for (size_t at = 0; at < less.states.size(); ++at) {
      foreign += early.states[at] != steps[static_cast<size_t>(f)].states[at] ? 1 : 0;
      if (!std::isnan(examples.values[static_cast<size_t>(f)][at / state])) continue;
      skipped += less.states[at] != steps.back().states[at] ? 1 : 0;
      ++compared;
    }
  }
  measured["skipped"] = skipped;
  measured["foreign"] = foreign;
  measured["compared"] = compared;
}

constexpr modn::LossOptions kPapersLoss = {modn::StepWeights::kFixedShare, 0.01};

// What both ways of fusion see alike: number, category and vectors, no series and no image.
Status MeasureVectors(const modn::Architecture& architecture, const modn::Examples& train,
                      const modn::Examples& test, const Plan& plan, uint64_t seed,
                      Measured& measured) {
  modn::Architecture vectors = architecture;
  vectors.features.resize(4);
  modn::Examples vectors_train = train, vectors_test = test;
  for (modn::Examples* examples : {&vectors_train, &vectors_test}) {
    examples->values.resize(4);
    examples->payloads.resize(4);
  }
  measured["vectors"] =
      Score(vectors,
            Train(vectors, vectors_train, plan, modn::QuestionOrder::kShuffled, kPapersLoss, seed),
            vectors_test);
  ASSIGN_OR_RETURN(measured["vectors_fusion"],
                   FusionScore(vectors, vectors_train, vectors_test, plan, seed));
  return OkStatus();
}

// The mean score of a network for each outcome.
double SingleTasks(const modn::Architecture& architecture, const modn::Examples& train,
                   const modn::Examples& test, const Plan& plan, uint64_t seed) {
  double single = 0;
  for (int o = 0; o < kOutcomes; ++o) {
    modn::Architecture alone = architecture;
    alone.outcomes = {architecture.outcomes[static_cast<size_t>(o)]};
    single += Score(alone,
                    Train(alone, OnlyOutcome(train, o), plan, modn::QuestionOrder::kShuffled,
                          kPapersLoss, seed),
                    OnlyOutcome(test, o)) /
              kOutcomes;
  }
  return single;
}

StatusOr<Measured> MeasureSeed(const Plan& plan, uint64_t seed) {
  const modn::Architecture architecture = SyntheticArchitecture(plan.state, plan.hidden, false);
  const modn::Architecture first = SyntheticArchitecture(plan.state, plan.hidden, true);
  const modn::Examples train = SyntheticPatients(architecture, plan.train_patients, 2 * seed);
  const modn::Examples test = SyntheticPatients(architecture, plan.test_patients, 2 * seed + 1);
  modn::Examples less_train = train, less_test = test;
  LoseAtRandom(less_train, plan.missing, 2 * seed);
  LoseAtRandom(less_test, plan.missing, 2 * seed + 1);
  const modn::LossOptions paper = kPapersLoss;
  const auto shuffled = modn::QuestionOrder::kShuffled, fixed = modn::QuestionOrder::kFixed;
  std::vector<int> backwards = modn::AllOf(static_cast<int>(architecture.features.size()));
  std::reverse(backwards.begin(), backwards.end());
  Measured measured;

  const Parameters whole = Train(architecture, train, plan, shuffled, paper, seed);
  measured["multimodn"] = Score(architecture, whole, test);
  measured["shuffled_backwards"] = Score(architecture, whole, test, backwards);
  measured["state_first"] = Score(first, Train(first, train, plan, shuffled, paper, seed), test);
  measured["own_steps"] =
      Score(architecture, Train(architecture, train, plan, shuffled, {}, seed), test);
  const Parameters in_order = Train(architecture, train, plan, fixed, paper, seed);
  measured["fixed"] = Score(architecture, in_order, test);
  measured["fixed_backwards"] = Score(architecture, in_order, test, backwards);
  const Parameters own = Train(architecture, train, plan, modn::QuestionOrder::kOwn, paper, seed);
  measured["own_order"] = Score(architecture, own, test);
  ASSIGN_OR_RETURN(measured["fusion"], FusionScore(architecture, train, test, plan, seed));

  RETURN_IF_ERROR(MeasureVectors(architecture, train, test, plan, seed, measured));
  measured["single_task"] = SingleTasks(architecture, train, test, plan, seed);

  const Parameters gaps = Train(architecture, less_train, plan, shuffled, paper, seed);
  measured["missing"] = Score(architecture, gaps, less_test);
  ASSIGN_OR_RETURN(measured["missing_fusion"],
                   FusionScore(architecture, less_train, less_test, plan, seed));
  MeasureMechanics(architecture, gaps, less_test, measured);
  return measured;
}

// The four hospitals' patients together, a fifth of them held out, with the gaps there are.
StatusOr<Measured> MeasureHeart(const RealData& heart, Plan plan, uint64_t seed) {
  ASSIGN_OR_RETURN(const PooledHalves halves, SplitPooled(heart, seed));
  const modn::Architecture architecture = data::ArchitectureOf(halves.schema, 30, 32);
  plan.passes = plan.heart_passes;
  plan.learning_rate = plan.fusion_learning_rate;
  Measured measured;
  measured["heart"] = Score(architecture,
                            Train(architecture, halves.train, plan, modn::QuestionOrder::kShuffled,
                                  {modn::StepWeights::kFixedShare, 0.01}, seed),
                            halves.test);
  ASSIGN_OR_RETURN(measured["heart_fusion"],
                   FusionScore(architecture, halves.train, halves.test, plan, seed));
  return measured;
}

struct Study {
  std::vector<Measured> seeds;
  std::vector<double> Values(const std::string& name) const {
    std::vector<double> values;
    for (const Measured& seed : seeds) values.push_back(seed.at(name));
    return values;
  }
  std::vector<double> Minus(const std::string& a, const std::string& b) const {
    return Differences(Values(a), Values(b));
  }
};

void AddFusionClaims(const Study& study, std::vector<Claim>& claims) {
  claims.push_back(AtMost({"multimodn.1a",
                           "A patient without a modality has the state of a network that never "
                           "had it: numbers that differ",
                           kPaper},
                          0, study.Values("skipped")));
  claims.push_back(
      AtMost({"multimodn.1b",
              "The state after m modalities depends on no other: numbers that differ", kPaper},
             0, study.Values("foreign")));
  const std::vector<double> over_fusion = study.Minus("multimodn", "fusion");
  claims.push_back(AtLeast({"multimodn.2",
                            "On complete data sequential fusion is not worse than parallel fusion: "
                            "AUROC at most 0.02 less",
                            kPaper},
                           -0.02, over_fusion));
  claims.push_back(Near({"multimodn.2a",
                         "It is like parallel fusion where both see the same (number, category, "
                         "vectors): AUROC within 0.02",
                         kNotes,
                         "It predicts better. Both train as many passes without early stopping, at "
                         "rates that were set before the study and not tuned."},
                        0, 0.02, study.Minus("vectors", "vectors_fusion")));
  claims.push_back(Near({"multimodn.2b",
                         "It is like parallel fusion with the series and the image too: AUROC "
                         "within 0.02",
                         kNotes,
                         "It predicts better: parallel fusion sees of a series the mean and the "
                         "last vector and of an image the pixels, where sequential fusion has a "
                         "recurrent and a convolutional encoder."},
                        0, 0.02, over_fusion));
  claims.push_back(Near({"multimodn.3",
                         "One network of three outcomes predicts like three networks: difference "
                         "of AUROC within 0.02",
                         kPaper, "The outcomes share hidden numbers, from which they may gain."},
                        0, 0.02, study.Minus("multimodn", "single_task")));
}

void AddGapAndOrderClaims(const Study& study, std::vector<Claim>& claims) {
  claims.push_back(AtLeast({"multimodn.4",
                            "With features missing at random, AUROC over parallel fusion that "
                            "imputes the mean",
                            kOurs,
                            "Imputing the mean costs little where values are missing at "
                            "random, and parallel fusion is easier to fit."},
                           0, study.Minus("missing", "missing_fusion")));
  claims.push_back(
      AtMost({"multimodn.5", "Trained in shuffled order: AUROC lost when asked backwards", kOurs},
             0.02, study.Minus("multimodn", "shuffled_backwards")));
  claims.push_back(
      AtMost({"multimodn.6", "Trained in a fixed order: AUROC lost when asked backwards", kOurs,
              "Unfavourable and expected: encoders have only seen the states that "
              "earlier ones leave. A fixed order is for questions always asked so."},
             0.02, study.Minus("fixed", "fixed_backwards")));
  claims.push_back(AtLeast(
      {"multimodn.7", "An order drawn for every patient against one for every batch: AUROC", kOurs},
      -0.01, study.Minus("own_order", "multimodn")));
  claims.push_back(
      AtLeast({"multimodn.8", "The state joined at the first layer against the last: AUROC", kOurs,
               "Joined at the first layer an encoder can weigh what it sees by the "
               "state, with more to learn."},
              -0.01, study.Minus("state_first", "multimodn")));
}

std::vector<Claim> ClaimsOf(const Study& study) {
  std::vector<Claim> claims;
  AddFusionClaims(study, claims);
  AddGapAndOrderClaims(study, claims);
  return claims;
}

page::Table ScoresOf(const Study& study) {
  constexpr std::pair<const char*, const char*> kRows[] = {
      {"multimodn", "MultiModN, one network, shuffled order"},
      {"own_steps", "the same with MoDN's loss (every patient's own steps)"},
      {"own_order", "the same, an order for every patient"},
      {"state_first", "the same, state joined at the first layer"},
      {"fixed", "the same, fixed order"},
      {"shuffled_backwards", "shuffled, asked backwards"},
      {"fixed_backwards", "fixed order, asked backwards"},
      {"single_task", "three networks of one outcome"},
      {"fusion", "parallel fusion"},
      {"vectors", "MultiModN without series and image"},
      {"vectors_fusion", "parallel fusion without series and image"},
      {"missing", "MultiModN, features missing"},
      {"missing_fusion", "parallel fusion, features missing (mean imputed)"}};
  page::Table table{.caption = "Mean AUROC of three outcomes on test patients, 95 % over seeds",
                    .columns = {{"model"}, {"AUROC", true}, {"from", true}, {"to", true}}};
  for (const auto& [key, name] : kRows) {
    const Estimate estimate = EstimateOf(study.Values(key));
    const auto text = [](const std::optional<double>& value) {
      return value ? fmt::format("{:.3f}", *value) : std::string("-");
    };
    table.rows.push_back({name, text(estimate.mean), text(estimate.low), text(estimate.high)});
  }
  return table;
}

StatusOr<Claim> HeartClaim(const ExperimentSetting& setting, const Plan& plan) {
  const ClaimText text = {"multimodn.2c",
                          "On the heart data of four hospitals, pooled, sequential fusion is not "
                          "worse than parallel fusion: AUROC at most 0.02 less",
                          kPaper};
  const StatusOr<RealData> heart = LoadHeart(setting.data);
  if (!heart.ok()) return Skipped(text, std::string(Message(heart.status())));
  const std::vector<uint64_t>& seeds = setting.plan.seeds();
  Study study;
  study.seeds.resize(seeds.size());
  RETURN_IF_ERROR(ForEach(setting, "heart", static_cast<int>(seeds.size()), [&](int i) -> Status {
    const auto at = static_cast<size_t>(i);
    ASSIGN_OR_RETURN(study.seeds[at], MeasureHeart(*heart, plan, seeds[at]));
    return OkStatus();
  }));
  return AtLeast(text, -0.02, study.Minus("heart", "heart_fusion"));
}

}  // namespace

StatusOr<ExperimentResult> RunMultimodn(ExperimentSetting& setting) {
  const Plan plan = ReadPlan(setting.plan);
  RETURN_IF_ERROR(setting.plan.Finish());
  const std::vector<uint64_t>& seeds = setting.plan.seeds();
  Study study;
  study.seeds.resize(seeds.size());
  RETURN_IF_ERROR(ForEach(setting, "seeds", static_cast<int>(seeds.size()), [&](int i) -> Status {
    const auto at = static_cast<size_t>(i);
    ASSIGN_OR_RETURN(study.seeds[at], MeasureSeed(plan, seeds[at]));
    return OkStatus();
  }));
  ExperimentResult result;
  result.claims = ClaimsOf(study);
  ASSIGN_OR_RETURN(Claim on_heart, HeartClaim(setting, plan));
  result.claims.push_back(std::move(on_heart));
  result.sections.push_back({"Synthetic patients with six modalities", {ScoresOf(study)}});
  result.notes.push_back(
      "Synthetic patients (lab/experiments/multimodn_data.h): a number, a category, a vector, an "
      "embedding, a series and an image. Values missing not at random are another experiment, "
      "mnar: "
      "skipping by itself does not make a model robust to them.");
  return result;
}

}  // namespace consilium::experiments
