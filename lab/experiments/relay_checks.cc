#include "lab/experiments/relay_checks.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "lab/experiments/exchange_network.h"
#include "modules/topology/distances.h"

namespace consilium::experiments {
namespace {

using Models = std::vector<std::vector<double>>;

schedule::ExchangeOptions RelayOf(const topology::Graph& tree) {
  schedule::ExchangeOptions options;
  options.schedule = schedule::ScheduleKind::kRelaySum;
  options.graph = tree;
  options.shape.blocks = {{0, 1}};
  options.weights.assign(static_cast<size_t>(tree.size()), {1.0});
  return options;
}

}  // namespace

StatusOr<double> MeanError(const topology::Graph& tree, uint64_t seed) {
  ASSIGN_OR_RETURN(auto network, ExchangeNetwork<double>::Create(RelayOf(tree)));
  Random random = Random::Named(seed, "values");
  Models given(static_cast<size_t>(tree.size())), result;
  double mean = 0, error = 0;
  for (auto& value : given) {
    value = {random.Normal()};
    mean += value[0] / tree.size();
  }
  for (int round = 0; round < topology::Diameter(tree); ++round) {
    result = given;
    RETURN_IF_ERROR(network.Round(result));
  }
  for (const auto& value : result) error = std::max(error, std::abs(value[0] - mean));
  return error;
}

StatusOr<double> PulseLeft(const topology::Graph& tree) {
  const int sites = tree.size();
  ASSIGN_OR_RETURN(auto network, ExchangeNetwork<double>::Create(RelayOf(tree)));
  Models models(static_cast<size_t>(sites), {0.0});
  for (int round = 0; round < 60 * sites; ++round) {
    if (round == sites) models.assign(models.size(), {1.0});  // all have heard of all
    RETURN_IF_ERROR(network.Round(models));
  }
  return models[0][0];
}

}  // namespace consilium::experiments
