#include <utility>

#include "modules/schedule/all_reduce.h"
#include "modules/schedule/compressed_reduce.h"
#include "modules/schedule/exchange_parts.h"
#include "modules/topology/spanning_tree.h"

namespace consilium {
namespace {

// What both forms of all-reduce need, but for their codec.
template <typename Options>
StatusOr<Options> PlaceInTree(const ExchangeOptions& options) {
  ASSIGN_OR_RETURN(const RootedTree tree, RootAt(options.graph, options.root));
  const auto self = static_cast<size_t>(options.self);
  Options reduce;
  reduce.blocks = options.shape.blocks;
  reduce.own_weights = options.weights[self];
  const std::vector<bool> all(options.weights.size(), true);
  reduce.total_weights = WeightsOf(options, all, true);
  reduce.parent = tree.parent[self];
  if (options.lossy) {
    reduce.sent_means = std::make_unique<SentMeans>(options.shape.size() * sizeof(float));
  }
  for (const int site : tree.children[self]) {
    const std::vector<bool> behind = Behind(options.graph, options.self, site);
    reduce.children.push_back({site, WeightsOf(options, behind, true)});
  }
  return reduce;
}

}  // namespace

template <typename Scalar>
MadeExchange<Scalar> MakeReduceOf(const ExchangeOptions& options) {
  if (CanBeSummed(options.compressor.kind)) {
    ASSIGN_OR_RETURN(auto reduce, PlaceInTree<AllReduceOptions<Scalar>>(options));
    ASSIGN_OR_RETURN(reduce.codec, MakeMeanCodec<Scalar>(options.compressor, options.shape,
                                                         SeedOf(options, "mean", 0, 0)));
    reduce.only_updates = options.schedule == ScheduleKind::kScaffold ||
                          options.server.kind != ServerOptimiserKind::kNone;
    return MakeAllReduce(std::move(reduce));
  }
  ASSIGN_OR_RETURN(auto reduce, PlaceInTree<CompressedReduceOptions<Scalar>>(options));
  ASSIGN_OR_RETURN(reduce.codec,
                   MakeHopCodec<Scalar>(options.compressor, options.shape,
                                        SeedOf(options, "hop", options.self, options.self)));
  return MakeCompressedReduce(std::move(reduce));
}

template MadeExchange<float> MakeReduceOf(const ExchangeOptions&);
template MadeExchange<double> MakeReduceOf(const ExchangeOptions&);

}  // namespace consilium
