#include "modules/schedule/exchange_parts.h"

#include "base/random.h"

namespace consilium::schedule {

std::vector<bool> Behind(const topology::Graph& tree, int self, int neighbor) {
  std::vector<bool> behind(static_cast<size_t>(tree.size()), false);
  std::vector<int> open = {neighbor};
  behind[static_cast<size_t>(neighbor)] = true;
  while (!open.empty()) {
    const int site = open.back();
    open.pop_back();
    for (const int next : tree.Neighbors(site)) {
      if (next == self || behind[static_cast<size_t>(next)]) continue;
      behind[static_cast<size_t>(next)] = true;
      open.push_back(next);
    }
  }
  return behind;
}

std::vector<double> WeightsOf(const ExchangeOptions& options, const std::vector<bool>& chosen,
                              bool which) {
  std::vector<double> sum(options.shape.blocks.size(), 0.0);
  for (size_t site = 0; site < chosen.size(); ++site) {
    if (chosen[site] != which) continue;
    for (size_t b = 0; b < sum.size(); ++b) sum[b] += options.weights[site][b];
  }
  return sum;
}

uint64_t SeedOf(const ExchangeOptions& options, std::string_view purpose, int from, int to) {
  const auto n = static_cast<uint64_t>(options.graph.size());
  return Random::Named(options.seed, purpose,
                       static_cast<uint64_t>(from) * n + static_cast<uint64_t>(to))
      .Bits();
}

}  // namespace consilium::schedule
