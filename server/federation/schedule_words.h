#ifndef CONSILIUM_SERVER_FEDERATION_SCHEDULE_WORDS_H_
#define CONSILIUM_SERVER_FEDERATION_SCHEDULE_WORDS_H_

#include "base/fields.h"
#include "server/federation/schedule_plan.h"

// What a plan calls the choices of its [schedule] and [channel].
namespace consilium::federation {

inline constexpr Word<SiteWeights> kSiteWeights[] = {
    {SiteWeights::kPatients, "patients", "a site counts by its patients with the feature"},
    {SiteWeights::kUniform, "uniform"},
};

inline constexpr Word<Aggregator> kAggregators[] = {
    {Aggregator::kSite, "site"},
    {Aggregator::kCoordinator, "coordinator", "which then sums, and sees updates"},
};

inline constexpr Word<schedule::RelayFallback> kRelayFallbacks[] = {
    {schedule::RelayFallback::kOwnValue, "own"},
    {schedule::RelayFallback::kLastAverage, "last"},
    {schedule::RelayFallback::kCount, "count"},
    {schedule::RelayFallback::kInitialModel, "initial"},
};

inline constexpr Word<ChannelKind> kChannelKinds[] = {
    {ChannelKind::kIdeal, "ideal"},
    {ChannelKind::kErasure, "erasure"},
    {ChannelKind::kGaussian, "gaussian", "all_reduce"},
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_SCHEDULE_WORDS_H_
