#ifndef CONSILIUM_SERVER_COORDINATOR_AGGREGATORS_H_
#define CONSILIUM_SERVER_COORDINATOR_AGGREGATORS_H_

#include <memory>

#include "server/coordinator/aggregator.h"
#include "server/federation/mean_stages.h"
#include "server/federation/member.h"

// What Aggregator::Create makes, of one or the other kind.
namespace consilium::coordinator {

// Takes whole messages: serves every plan, and holds a few models and a message of each site.
StatusOr<std::shared_ptr<Aggregator>> NewMemberAggregator(federation::MemberOptions options,
                                                          const Clock& clock,
                                                          Aggregator::Outlets outlets);

// Forms every mean while the chunks come in, all sites' in step: the same number of bytes is taken
// from each, and who is ahead is held back by not reading his stream. It holds one mean, what its
// compressor keeps, and at most two chunks of each site, which are smaller the more sites there
// are. Requires MeanStages::Serves(options.plan).
std::shared_ptr<Aggregator> NewPassingAggregator(const std::string& run,
                                                 federation::MeanStages::Options options,
                                                 const Clock& clock, Aggregator::Outlets outlets);

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_AGGREGATORS_H_
