#include "lab/experiments/averaged_run.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "modules/metrics/decision.h"
#include "modules/optim/ema.h"
#include "modules/optim/optimisers.h"
#include "modules/optim/rate.h"

namespace consilium::experiments {
namespace {

std::vector<uint8_t> ClassesOf(const metrics::Predictions& predictions) {
  std::vector<uint8_t> classes;
  for (size_t i = 0; i < predictions.labels.size(); ++i) {
    classes.push_back(static_cast<uint8_t>(metrics::LargestClass(metrics::Row(predictions, i))));
  }
  return classes;
}

Choice ChooseByValidation(const AveragedRun& run, size_t first, size_t last, bool by_accuracy,
                          size_t epochs) {
  Choice choice{first, 0};
  for (size_t model = first; model < last; ++model) {
    const size_t end = std::min(epochs, run.scores[model].size());
    for (size_t epoch = 0; epoch < end; ++epoch) {
      const EpochScores& best = run.scores[choice.model][choice.epoch];
      const EpochScores& each = run.scores[model][epoch];
      const bool better = by_accuracy ? each.validation_accuracy > best.validation_accuracy
                                      : each.validation_loss < best.validation_loss;
      if (better) choice = {model, epoch};
    }
  }
  return choice;
}

double ShareOtherwise(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b) {
  size_t otherwise = 0;
  for (size_t i = 0; i < a.size(); ++i) otherwise += a[i] != b[i] ? 1 : 0;
  return static_cast<double>(otherwise) / static_cast<double>(a.size());
}

class Run {
 public:
  Run(const AveragedRunPlan& plan, const ClassificationTask& task, uint64_t seed)
      : plan_(plan),
        task_(task),
        seed_(seed),
        classifier_(task.train, plan.hidden, seed),
        steps_in_epoch_((task.train.size() + plan.batch - 1) / plan.batch),
        averages_({optim::DecaysForWindows(optim::kEmaWindows, plan.epochs * steps_in_epoch_,
                                           plan.period),
                   plan.period, true},
                  classifier_.parameters()),
        inner_(optim::MakeOptimiser("nesterov", {.momentum = plan.momentum},
                                    classifier_.parameters().size())),
        optimiser_(optim::NewAveraging(*inner_, averages_)) {
    result_.scores.resize(1 + static_cast<size_t>(averages_.count()));
    result_.best_predictions.resize(result_.scores.size());
    result_.classes.resize(result_.scores.size());
  }

  AveragedRun Finish() {
    const optim::RateSchedule rates = Rates();
    int64_t step = 0;
    for (int epoch = 0; epoch < plan_.epochs; ++epoch) {
      const std::span<const float> longest = averages_.average(averages_.count() - 1);
      if (plan_.copy_back && epoch >= plan_.warm_up_epochs) {
        std::copy(longest.begin(), longest.end(), classifier_.parameters().begin());
      }
      classifier_.Pass(
          task_.train, plan_.batch, seed_, epoch, [&] { return optim::RateAt(rates, step++); },
          *optimiser_);
      for (size_t model = 0; model < result_.scores.size(); ++model) Watch(model);
    }
    result_.last_predictions = classifier_.Predict(classifier_.parameters(), task_.test);
    return std::move(result_);
  }

 private:
  optim::RateSchedule Rates() const {
    optim::RateSchedule rates;
    rates.shape = plan_.step_rate ? optim::RateShape::kStep : optim::RateShape::kCosine;
    rates.peak = plan_.rate;
    rates.total = int64_t{plan_.epochs} * steps_in_epoch_;
    rates.warm_up = int64_t{plan_.warm_up_epochs} * steps_in_epoch_;
    for (const int percent : {30, 60, 80}) rates.milestones.push_back(rates.total * percent / 100);
    rates.factor = 0.2;
    return rates;
  }

  void Watch(size_t model) {
    const std::span<const float> parameters =
        model == 0 ? classifier_.parameters() : averages_.average(static_cast<int>(model) - 1);
    const std::vector<float> validation = classifier_.Predict(parameters, task_.validation);
    std::vector<float> test = classifier_.Predict(parameters, task_.test);
    const metrics::Predictions of_validation = PredictionsOf(task_.validation, validation);
    const metrics::Predictions of_test = PredictionsOf(task_.test, test);
    constexpr double kWorst = std::numeric_limits<double>::max();
    const EpochScores scores{metrics::NegativeLogLikelihood(of_validation).value_or(kWorst),
                             metrics::Accuracy(of_validation).value_or(0),
                             metrics::Accuracy(of_test).value_or(0),
                             metrics::EqualMassCalibrationError(of_test).value_or(1)};
    result_.classes[model].push_back(ClassesOf(of_test));
    std::vector<EpochScores>& before = result_.scores[model];
    const bool best = std::all_of(before.begin(), before.end(), [&](const EpochScores& each) {
      return scores.validation_loss < each.validation_loss;
    });
    if (best) result_.best_predictions[model] = std::move(test);
    before.push_back(scores);
  }

  const AveragedRunPlan& plan_;
  const ClassificationTask& task_;
  const uint64_t seed_;
  Classifier classifier_;
  const int steps_in_epoch_;
  optim::ParallelEma<float> averages_;
  const std::unique_ptr<optim::Optimiser> inner_, optimiser_;
  AveragedRun result_;
};

}  // namespace

AveragedRun RunAveraged(const AveragedRunPlan& plan, const ClassificationTask& task,
                        uint64_t seed) {
  return Run(plan, task, seed).Finish();
}

double LastOfSgd(const AveragedRun& run) { return run.scores[0].back().test_accuracy; }

double TestAt(const AveragedRun& run, const Choice& choice) {
  return run.scores[choice.model][choice.epoch].test_accuracy;
}

Choice BestAverage(const AveragedRun& run, bool by_accuracy, size_t epochs) {
  return ChooseByValidation(run, 1, run.scores.size(), by_accuracy, epochs);
}

double EarlySgd(const AveragedRun& run) {
  return TestAt(run, ChooseByValidation(run, 0, 1, true, kAllEpochs));
}

double PeakOfAverages(const AveragedRun& run) {
  double peak = 0;
  for (size_t model = 1; model < run.scores.size(); ++model) {
    for (const EpochScores& epoch : run.scores[model]) peak = std::max(peak, epoch.test_accuracy);
  }
  return peak;
}

double PeakEpochShare(const AveragedRun& run) {
  const Choice choice = BestAverage(run, true);
  return static_cast<double>(choice.epoch + 1) / static_cast<double>(run.scores[0].size());
}

double ChurnOfTheSameEpoch(const AveragedRun& a, const AveragedRun& b) {
  const Choice at = BestAverage(a, false);
  return ShareOtherwise(a.classes[at.model][at.epoch], b.classes[at.model][at.epoch]) /
         ShareOtherwise(a.classes[0][at.epoch], b.classes[0][at.epoch]);
}

}  // namespace consilium::experiments
