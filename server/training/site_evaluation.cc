#include <utility>

#include "modules/modn/own_intercept.h"
#include "server/training/baselines.h"
#include "server/training/recalibrated.h"
#include "server/training/site_study.h"
#include "server/training/without_exchange.h"

namespace consilium::training {
namespace {

class SiteEvaluation final : public Evaluation {
 public:
  SiteEvaluation(const SiteStudy& study, const Agreed& agreed) : study_(study), agreed_(agreed) {}

  StatusOr<std::vector<HeldOutPredictions>> Predict(std::span<const float> parameters,
                                                    const std::atomic<bool>& stop) override {
    if (!agreed_.on_statistics) {
      return FailedPrecondition("evaluation before the sites agreed on the normalisation");
    }
    std::vector<HeldOutPredictions> models = {
        PredictionsOf(study_, "federated", parameters, agreed_.test)};
    if (!agreed_.calibration.outcomes.empty()) {
      models.push_back(models.front());
      models.back().model = "uncalibrated";
      models.front() = Calibrated(std::move(models.front()));
    }
    for (const std::string& name : study_.options.baselines) {
      if (name == "local") {
        ASSIGN_OR_RETURN(HeldOutPredictions local, TrainAlone(stop));
        models.push_back(std::move(local));
      } else if (name == "own_intercept") {
        models.push_back(PredictWithOwnIntercept(name, parameters));
      } else if (const Baseline* baseline = FindBaseline(name)) {
        models.push_back(Fitted(name, *baseline, stop));
        if (stop) return Cancelled("fitting {} was interrupted", name);
      }
    }
    return models;
  }

  StatusOr<Report> Score(std::span<const float> parameters,
                         const std::atomic<bool>& stop) override {
    ASSIGN_OR_RETURN(const std::vector<HeldOutPredictions> models, Predict(parameters, stop));
    return Report{study_.train.patients, study_.test.patients, ScoresOf(study_.schema, models)};
  }

 private:
  HeldOutPredictions Fitted(std::string name, const Baseline& baseline,
                            const std::atomic<bool>& stop) const {
    return {std::move(name),
            baseline.predict({study_.architecture, agreed_.train, agreed_.test, study_.options,
                              study_.seed, study_.rounds, stop}),
            agreed_.test.labels};
  }

  HeldOutPredictions PredictWithOwnIntercept(const std::string& name,
                                             std::span<const float> parameters) const {
    const HeldOutPredictions seen = PredictionsOf(study_, name, parameters, agreed_.train);
    HeldOutPredictions predictions = PredictionsOf(study_, name, parameters, agreed_.test);
    for (size_t o = 0; o < study_.architecture.outcomes.size(); ++o) {
      const int classes = study_.architecture.outcomes[o].classes;
      if (classes == 0) continue;
      modn::AddIntercept(modn::FitOwnIntercept(seen.probabilities[o], seen.labels[o], classes),
                         predictions.probabilities[o]);
    }
    return predictions;
  }

  HeldOutPredictions Calibrated(HeldOutPredictions raw) const {
    raw.probabilities =
        Recalibrated(agreed_.calibration, agreed_.test, std::move(raw.probabilities));
    return raw;
  }

  // A site with nobody to train on has no model of its own: it says the prior.
  StatusOr<HeldOutPredictions> TrainAlone(const std::atomic<bool>& stop) const {
    if (study_.train.patients == 0) return Fitted("local", *FindBaseline("prior"), stop);
    SiteStudy own = study_;
    own.options.baselines.clear();
    const std::unique_ptr<Learner> alone = MakeLearner(std::move(own));
    ASSIGN_OR_RETURN(const std::vector<float> parameters,
                     TrainWithoutExchange(*alone, study_.rounds, stop));
    ASSIGN_OR_RETURN(std::vector<HeldOutPredictions> models,
                     alone->Parts().evaluation->Predict(parameters, stop));
    models.front().model = "local";
    return std::move(models.front());
  }

  const SiteStudy& study_;
  const Agreed& agreed_;
};

}  // namespace

std::unique_ptr<Evaluation> MakeEvaluation(const SiteStudy& study, const Agreed& agreed) {
  return std::make_unique<SiteEvaluation>(study, agreed);
}

}  // namespace consilium::training
