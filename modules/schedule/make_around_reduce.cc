#include <utility>

#include "modules/schedule/exchange_parts.h"
#include "modules/schedule/scaffold.h"
#include "modules/schedule/server_optimiser.h"

namespace consilium::schedule {

template <typename Scalar>
MadeExchange<Scalar> MakeServerOptimiserOf(const ExchangeOptions& options) {
  RETURN_IF_ERROR(CheckServerOptimiser(options.server));
  ASSIGN_OR_RETURN(auto reduce, MakeReduceOf<Scalar>(options));
  return MakeServerOptimiser(std::move(reduce), options.shape.blocks, options.server);
}

ExchangeOptions OfScaffoldsReduce(ExchangeOptions options) {
  options.shape = DoubledShape(options.shape);
  for (std::vector<double>& weights : options.weights) {
    weights.reserve(2 * weights.size());
    weights.insert(weights.end(), weights.begin(), weights.end());
  }
  return options;
}

template <typename Scalar>
MadeExchange<Scalar> MakeScaffoldOf(const ExchangeOptions& options) {
  ASSIGN_OR_RETURN(auto reduce, MakeReduceOf<Scalar>(OfScaffoldsReduce(options)));
  const bool owes_of_mean =
      options.self == options.root && !compress::CanBeSummed(*options.compressor.kind);
  return MakeScaffold(std::move(reduce), options.shape,
                      options.weights[static_cast<size_t>(options.self)], owes_of_mean);
}

template MadeExchange<float> MakeServerOptimiserOf(const ExchangeOptions&);
template MadeExchange<double> MakeServerOptimiserOf(const ExchangeOptions&);
template MadeExchange<float> MakeScaffoldOf(const ExchangeOptions&);
template MadeExchange<double> MakeScaffoldOf(const ExchangeOptions&);

}  // namespace consilium::schedule
