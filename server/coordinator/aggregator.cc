#include "server/coordinator/aggregator.h"

#include <utility>

#include "modules/modn/architecture.h"
#include "server/coordinator/aggregators.h"
#include "server/data/examples.h"
#include "server/data/normalisation.h"
#include "server/federation/run.h"
#include "server/training/sums.h"

namespace consilium {

StatusOr<std::shared_ptr<Aggregator>> Aggregator::Create(const std::string& run, const Plan& plan,
                                                         const Schema& schema, const Clock& clock,
                                                         Outlets outlets) {
  const Layout layout = MakeLayout(ArchitectureOf(schema, plan.training.state, plan.training.hidden,
                                                  plan.training.feature_decoder_hidden));
  if (MeanStages::Serves(plan)) {
    return NewPassingAggregator(run,
                                {.site = kCoordinatorSite,
                                 .plan = plan,
                                 .shape = layout.Shape(),
                                 .statistics = StatisticsSize(schema),
                                 .selection = SelectionSize(schema, plan.training),
                                 .calibration = CalibrationSize(schema, plan.training)},
                                clock, std::move(outlets));
  }
  MemberOptions options;
  options.site = kCoordinatorSite;
  options.run = run;
  options.plan = plan;
  options.shape = layout.Shape();
  options.weights.assign(options.shape.blocks.size(), 0);
  options.initial.assign(layout.size(), 0);
  options.statistics.assign(StatisticsSize(schema), 0);
  options.selection_size = SelectionSize(schema, plan.training);
  options.calibration_size = CalibrationSize(schema, plan.training);
  options.aggregator = true;
  return NewMemberAggregator(std::move(options), clock, std::move(outlets));
}

}  // namespace consilium
