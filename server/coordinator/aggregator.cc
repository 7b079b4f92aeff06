#include "server/coordinator/aggregator.h"

#include <utility>

#include "modules/modn/architecture.h"
#include "server/coordinator/aggregators.h"
#include "server/data/examples.h"
#include "server/data/normalisation.h"
#include "server/federation/run.h"
#include "server/training/sums.h"

namespace consilium::coordinator {

StatusOr<std::shared_ptr<Aggregator>> Aggregator::Create(const std::string& run,
                                                         const federation::Plan& plan,
                                                         const data::Schema& schema,
                                                         const Clock& clock, Outlets outlets) {
  const nn::Layout layout = modn::MakeLayout(data::ArchitectureOf(
      schema, plan.training.state, plan.training.hidden, plan.training.feature_decoder_hidden));
  if (federation::MeanStages::Serves(plan)) {
    return NewPassingAggregator(run,
                                {.site = federation::kCoordinatorSite,
                                 .plan = plan,
                                 .shape = layout.Shape(),
                                 .statistics = data::StatisticsSize(schema),
                                 .selection = training::SelectionSize(schema, plan.training),
                                 .calibration = training::CalibrationSize(schema, plan.training)},
                                clock, std::move(outlets));
  }
  federation::MemberOptions options;
  options.site = federation::kCoordinatorSite;
  options.run = run;
  options.plan = plan;
  options.shape = layout.Shape();
  options.weights.assign(options.shape.blocks.size(), 0);
  options.initial.assign(layout.size(), 0);
  options.statistics.assign(data::StatisticsSize(schema), 0);
  options.selection_size = training::SelectionSize(schema, plan.training);
  options.calibration_size = training::CalibrationSize(schema, plan.training);
  options.aggregator = true;
  return NewMemberAggregator(std::move(options), clock, std::move(outlets));
}

}  // namespace consilium::coordinator
