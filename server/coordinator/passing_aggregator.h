#ifndef CONSILIUM_SERVER_COORDINATOR_PASSING_AGGREGATOR_H_
#define CONSILIUM_SERVER_COORDINATOR_PASSING_AGGREGATOR_H_

#include <memory>
#include <string>

#include "server/coordinator/aggregator.h"
#include "server/federation/mean_stages.h"

namespace consilium::coordinator {

// Forms every mean while the chunks come in, all sites' in step: the same number of bytes is taken
// from each, and who is ahead is held back by not reading his stream. It holds one mean, what its
// compressor keeps, and at most two chunks of each site, which are smaller the more sites there
// are. Requires a plan whose aggregator is the coordinator and whose channel is real.
std::shared_ptr<Aggregator> MakePassingAggregator(const std::string& run,
                                                  federation::MeanStages::Options options,
                                                  const Clock& clock, Aggregator::Outlets outlets);

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_PASSING_AGGREGATOR_H_
