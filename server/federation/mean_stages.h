#ifndef CONSILIUM_SERVER_FEDERATION_MEAN_STAGES_H_
#define CONSILIUM_SERVER_FEDERATION_MEAN_STAGES_H_

#include <memory>
#include <string>

#include "base/status.h"
#include "modules/schedule/mean_root.h"
#include "server/federation/stage_exchange.h"

namespace consilium::federation {

// The means that a mere aggregator forms in one generation, stage after stage in kStageOrder, as
// Member goes through them. Not thread-safe.
class MeanStages {
 public:
  struct Options {
    std::string site;  // the aggregator's name
    Plan plan;
    FlatShape shape;
    size_t statistics = 0;
    size_t selection = 0;    // 0: there is no such stage
    size_t calibration = 0;  // the same
  };

  // NotFound if the aggregator has no part in the assignment. `options` must outlive the object.
  static StatusOr<std::unique_ptr<MeanStages>> Begin(const Options& options,
                                                     const Assignment& assignment);

  // The mean under way; null after the last.
  schedule::MeanRoot* mean() const { return mean_.get(); }
  // As in its messages.
  Stage stage() const { return stage_; }
  int round() const { return round_; }

  // Requires mean() and that it is complete.
  Status Next();

 private:
  MeanStages(const Options& options, Place place) : options_(options), place_(std::move(place)) {}
  Status Form(Stage stage);
  template <typename Scalar>
  Status FormOf(Stage stage, const schedule::ExchangeOptions& options);

  const Options& options_;
  const Place place_;
  Stage stage_ = Stage::kStatistics;
  int round_ = 1;
  std::unique_ptr<schedule::MeanRoot> mean_;
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_MEAN_STAGES_H_
