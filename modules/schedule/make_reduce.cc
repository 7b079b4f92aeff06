#include <utility>

#include "modules/schedule/all_reduce.h"
#include "modules/schedule/compressed_reduce.h"
#include "modules/schedule/exchange_parts.h"
#include "modules/topology/spanning_tree.h"

namespace consilium::schedule {
namespace {

StatusOr<TreePlace> PlaceInTree(const ExchangeOptions& options) {
  ASSIGN_OR_RETURN(const topology::RootedTree tree, topology::RootAt(options.graph, options.root));
  const auto self = static_cast<size_t>(options.self);
  TreePlace place;
  place.blocks = options.shape.blocks;
  place.own_weights = options.weights[self];
  const std::vector<bool> all(options.weights.size(), true);
  place.total_weights = WeightsOf(options, all, true);
  place.parent = tree.parent[self];
  if (options.lossy) {
    place.sent_means = std::make_unique<SentMeans>(options.shape.size() * sizeof(float));
  }
  for (const int site : tree.children[self]) {
    const std::vector<bool> behind = Behind(options.graph, options.self, site);
    place.children.push_back({site, WeightsOf(options, behind, true)});
  }
  return place;
}

}  // namespace

template <typename Scalar>
MadeExchange<Scalar> MakeReduceOf(const ExchangeOptions& options) {
  ASSIGN_OR_RETURN(TreePlace place, PlaceInTree(options));
  if (compress::CanBeSummed(*options.compressor.kind)) {
    AllReduceOptions<Scalar> reduce{.place = std::move(place), .codec = nullptr};
    ASSIGN_OR_RETURN(reduce.codec,
                     compress::MakeMeanCodec<Scalar>(options.compressor, options.shape,
                                                     SeedOf(options, "mean", 0, 0)));
    reduce.only_updates = options.schedule == ScheduleKind::kScaffold ||
                          options.server.kind != ServerOptimiserKind::kNone;
    return MakeAllReduce(std::move(reduce));
  }
  CompressedReduceOptions<Scalar> reduce{.place = std::move(place), .codec = nullptr};
  ASSIGN_OR_RETURN(reduce.codec, compress::MakeHopCodec<Scalar>(
                                     options.compressor, options.shape,
                                     SeedOf(options, "hop", options.self, options.self)));
  return MakeCompressedReduce(std::move(reduce));
}

template MadeExchange<float> MakeReduceOf(const ExchangeOptions&);
template MadeExchange<double> MakeReduceOf(const ExchangeOptions&);

}  // namespace consilium::schedule
