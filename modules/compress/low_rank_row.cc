#include "modules/compress/compressor_row.h"
#include "modules/compress/difference_low_rank.h"
#include "modules/compress/power_gossip.h"
#include "modules/compress/power_sgd.h"
#include "modules/compress/rank_budget.h"

namespace consilium::compress {
namespace {

constexpr const CompressorOption* kOptions[] = {&kRankOption, &kFormOption, &kByteBudgetOption,
                                                &kMinCompressionOption, &kIterationsOption};

// For rounds of so many multiplications.
template <typename Scalar>
StatusOr<LowRankLayout> Plan(const CompressorOptions& options, const FlatShape& shape,
                             int multiplications) {
  if (options.byte_budget > 0) {
    return PlanLowRankWithin(shape, options.byte_budget / sizeof(Scalar), multiplications,
                             options.min_compression);
  }
  return PlanLowRank(shape, options.rank, multiplications, options.min_compression);
}

template <typename Scalar>
StatusOr<std::unique_ptr<LinkCodec<Scalar>>> MakeLink(const CompressorOptions& options,
                                                      const FlatShape& shape, uint64_t seed) {
  ASSIGN_OR_RETURN(const LowRankLayout layout, Plan<Scalar>(options, shape, 1));
  return MakeDifferenceLowRank<Scalar>(layout, seed);
}

template <typename Scalar>
StatusOr<std::unique_ptr<EdgeCodec<Scalar>>> MakeEdge(const CompressorOptions& options,
                                                      const FlatShape& shape, uint64_t seed,
                                                      EdgeEnd end) {
  ASSIGN_OR_RETURN(const LowRankLayout layout, Plan<Scalar>(options, shape, 1));
  return MakePowerGossip<Scalar>(layout, seed, end);
}

template <typename Scalar>
StatusOr<std::unique_ptr<MeanCodec<Scalar>>> MakeMean(const CompressorOptions& options,
                                                      const FlatShape& shape, uint64_t seed) {
  const int phases = PhasesOf(options.form, options.iterations);
  ASSIGN_OR_RETURN(const LowRankLayout layout, Plan<Scalar>(options, shape, phases));
  return MakePowerSgd<Scalar>(layout, options.iterations, seed, options.form);
}

template <typename Scalar>
constexpr CompressorMakers<Scalar> kMakers = {
    .link = MakeLink<Scalar>, .edge = MakeEdge<Scalar>, .mean = MakeMean<Scalar>};

}  // namespace

constinit const CompressorRow kLowRank = {.name = "low_rank",
                                          .help = "matrices as products of thin factors",
                                          .options = kOptions,
                                          .formats = {kDifferenceLowRankFormat, kPowerGossipFormat},
                                          .of_floats = kMakers<float>,
                                          .of_doubles = kMakers<double>};

}  // namespace consilium::compress
