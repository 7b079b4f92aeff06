#include "server/coordinator/aggregator.h"

#include <utility>

#include "modules/modn/architecture.h"
#include "server/coordinator/passing_aggregator.h"
#include "server/data/examples.h"
#include "server/data/normalisation.h"
#include "server/federation/run_record.h"
#include "server/federation/stage_exchange.h"
#include "server/training/sums.h"

namespace consilium::coordinator {

StatusOr<std::shared_ptr<Aggregator>> Aggregator::Create(const std::string& run,
                                                         const federation::Plan& plan,
                                                         const data::Schema& schema,
                                                         const Clock& clock, Outlets outlets) {
  RETURN_IF_ERROR(federation::CheckRealChannel(plan));
  const nn::Layout layout = modn::MakeLayout(data::ArchitectureOf(
      schema, plan.training.state, plan.training.hidden, plan.training.feature_decoder_hidden));
  return MakePassingAggregator(run,
                               {.site = federation::kCoordinatorSite,
                                .plan = plan,
                                .shape = layout.Shape(),
                                .statistics = data::StatisticsSize(schema),
                                .selection = training::SelectionSize(schema, plan.training),
                                .calibration = training::CalibrationSize(schema, plan.training)},
                               clock, std::move(outlets));
}

}  // namespace consilium::coordinator
