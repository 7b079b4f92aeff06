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

  training::LearnerFacts Facts() const override {
    return {.layout = layout_,
            .weights = std::vector<float>(layout_.modules().size(), 1),
            .initial_parameters = std::vector<float>(layout_.size(), 0.5F),
            .statistics = std::vector<double>(statistics_, 0),
            .training_patients = 1};
  }
  Status UseStatistics(std::span<const double>) override { return OkStatus(); }
  StatusOr<double> TrainRound(const training::LocalRound&, std::span<float>,
                              const std::atomic<bool>&) override {
    return 0.0;
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
