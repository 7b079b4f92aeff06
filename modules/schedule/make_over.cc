#include <utility>

#include "modules/schedule/d_squared.h"
#include "modules/schedule/exchange_parts.h"
#include "modules/schedule/gradient_tracking.h"
#include "modules/schedule/quasi_global_momentum.h"
#include "modules/schedule/relay_mix.h"
#include "modules/schedule/relay_sum_grad.h"
#include "modules/schedule/scaffold.h"

namespace consilium::schedule {
namespace {

// For two flat vectors side by side: every block and matrix a second time, with the same weights.
ExchangeOptions Doubled(ExchangeOptions options) {
  const size_t blocks = options.shape.blocks.size();
  options.shape = DoubledShape(options.shape);
  for (std::vector<double>& weights : options.weights) {
    for (size_t b = 0; b < blocks; ++b) weights.push_back(weights[b]);
  }
  return options;
}

}  // namespace

template <typename Scalar>
MadeExchange<Scalar> MakeOverGossip(const ExchangeOptions& options) {
  const size_t size = options.shape.size();
  if (options.schedule == ScheduleKind::kGradientTracking) {
    ASSIGN_OR_RETURN(auto doubled, MakeGossipOf<Scalar>(Doubled(options)));
    return MakeGradientTracking(std::move(doubled), size);
  }
  ASSIGN_OR_RETURN(auto inner, MakeGossipOf<Scalar>(options));
  if (options.schedule == ScheduleKind::kDSquared) return MakeDSquared(std::move(inner), size);
  return MakeQuasiGlobalMomentum(std::move(inner), size, options.momentum);
}

template <typename Scalar>
MadeExchange<Scalar> MakeOverRelay(const ExchangeOptions& options) {
  ExchangeOptions relayed = options;
  const bool grad = options.schedule == ScheduleKind::kRelaySumGrad;
  relayed.relay_fallback = grad ? RelayFallback::kInitialModel : RelayFallback::kOwnValue;
  ASSIGN_OR_RETURN(auto inner, MakeRelayOf<Scalar>(relayed));
  const size_t size = options.shape.size();
  if (grad) return MakeRelaySumGrad(std::move(inner), size);
  return MakeRelayMix(std::move(inner), size, options.consensus);
}

template MadeExchange<float> MakeOverGossip(const ExchangeOptions&);
template MadeExchange<double> MakeOverGossip(const ExchangeOptions&);
template MadeExchange<float> MakeOverRelay(const ExchangeOptions&);
template MadeExchange<double> MakeOverRelay(const ExchangeOptions&);

}  // namespace consilium::schedule
