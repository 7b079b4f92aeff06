#include "bench/identity_learner.h"

#include "modules/modn/architecture.h"
#include "server/data/examples.h"
#include "server/data/normalisation.h"

namespace consilium::bench {
namespace {

class IdentityLearner final : public training::Learner {
 public:
  IdentityLearner(const data::Schema& schema, int state, int hidden)
      : layout_(modn::MakeLayout(data::ArchitectureOf(schema, state, hidden))),
        statistics_(data::StatisticsSize(schema)) {}

  const nn::Layout& layout() const override { return layout_; }
  std::vector<float> Weights() const override {
    return std::vector<float>(layout_.modules().size(), 1);
  }
  int training_patients() const override { return 1; }
  std::vector<float> InitialParameters() const override {
    return std::vector<float>(layout_.size(), 0.5F);
  }
  std::vector<double> Statistics() const override { return std::vector<double>(statistics_, 0); }
  Status UseStatistics(std::span<const double>) override { return OkStatus(); }
  StatusOr<double> TrainRound(const training::LocalRound&, std::span<float>,
                              const std::atomic<bool>&) override {
    return 0.0;
  }
  std::string SaveState() const override { return ""; }
  Status RestoreState(std::string_view) override { return OkStatus(); }
  StatusOr<std::vector<training::HeldOutPredictions>> PredictHeldOut(
      std::span<const float>, const std::atomic<bool>&) override {
    return std::vector<training::HeldOutPredictions>();
  }
  StatusOr<training::Report> Evaluate(std::span<const float>, const std::atomic<bool>&) override {
    return training::Report();
  }

 private:
  const nn::Layout layout_;
  const size_t statistics_;
};

}  // namespace

std::unique_ptr<training::Learner> NewIdentityLearner(const data::Schema& schema, int state,
                                                      int hidden) {
  return std::make_unique<IdentityLearner>(schema, state, hidden);
}

}  // namespace consilium::bench
