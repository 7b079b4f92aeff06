#ifndef CONSILIUM_TESTS_SERVER_COORDINATOR_MEMBER_AGGREGATOR_H_
#define CONSILIUM_TESTS_SERVER_COORDINATOR_MEMBER_AGGREGATOR_H_

#include <memory>

#include "server/coordinator/aggregator.h"
#include "server/federation/member.h"

namespace consilium::testing {

// What the coordinator's aggregator is compared with: a Member that takes whole messages and holds
// one of each site. `options` are those of an aggregator.
StatusOr<std::shared_ptr<coordinator::Aggregator>> MakeMemberAggregator(
    federation::MemberOptions options, const Clock& clock,
    coordinator::Aggregator::Outlets outlets);

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SERVER_COORDINATOR_MEMBER_AGGREGATOR_H_
