#include "modules/topology/reach.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace consilium::topology {
namespace {

// To whom each site sends in any step of a period, ascending.
std::vector<std::vector<int>> Receivers(const MixingScheme& scheme) {
  std::vector<std::vector<int>> receivers(static_cast<size_t>(scheme.size()));
  for (const SparseMixing& phase : scheme.phases()) {
    if (phase.IsIdentity()) continue;
    for (int site = 0; site < phase.size(); ++site) {
      for (const Share& share : phase.Row(site)) {
        if (share.from != site) receivers[static_cast<size_t>(share.from)].push_back(site);
      }
    }
  }
  for (std::vector<int>& to : receivers) {
    std::sort(to.begin(), to.end());
    to.erase(std::unique(to.begin(), to.end()), to.end());
  }
  return receivers;
}

struct Hops {
  bool all = true;
  int most = 0;
  double sum = 0;
};

void AddHops(const std::vector<std::vector<int>>& receivers, int source, Hops& hops) {
  std::vector<int> distance(receivers.size(), -1), queue = {source};
  distance[static_cast<size_t>(source)] = 0;
  for (size_t head = 0; head < queue.size(); ++head) {
    const int here = distance[static_cast<size_t>(queue[head])];
    hops.sum += here;
    hops.most = std::max(hops.most, here);
    for (const int next : receivers[static_cast<size_t>(queue[head])]) {
      if (distance[static_cast<size_t>(next)] >= 0) continue;
      distance[static_cast<size_t>(next)] = here + 1;
      queue.push_back(next);
    }
  }
  hops.all = hops.all && queue.size() == receivers.size();
}

// Whom each site has heard of, as bits.
class Heard {
 public:
  explicit Heard(size_t n) : n_(n), words_((n + 63) / 64), bits_(n * words_, 0) {
    for (size_t i = 0; i < n; ++i) bits_[i * words_ + i / 64] |= uint64_t{1} << (i % 64);
  }

  void Step(const SparseMixing& mixing) {
    const std::vector<uint64_t> before = bits_;
    for (size_t i = 0; i < n_; ++i) {
      for (const Share& share : mixing.Row(static_cast<int>(i))) {
        const uint64_t* const other = before.data() + static_cast<size_t>(share.from) * words_;
        for (size_t w = 0; w < words_; ++w) bits_[i * words_ + w] |= other[w];
      }
    }
  }

  bool All() const {
    for (size_t i = 0; i < n_; ++i) {
      for (size_t w = 0; w < words_; ++w) {
        const size_t left = n_ - w * 64;
        const uint64_t full = left >= 64 ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
        if (bits_[i * words_ + w] != full) return false;
      }
    }
    return true;
  }

 private:
  size_t n_, words_;
  std::vector<uint64_t> bits_;
};

}  // namespace

Reach ReachOf(const MixingScheme& scheme) {
  const std::vector<std::vector<int>> receivers = Receivers(scheme);
  Reach reach;
  reach.fewest = scheme.size();
  Hops hops;
  for (int site = 0; site < scheme.size(); ++site) {
    const int sends = static_cast<int>(receivers[static_cast<size_t>(site)].size());
    reach.links += sends;
    reach.fewest = std::min(reach.fewest, sends);
    reach.most = std::max(reach.most, sends);
    AddHops(receivers, site, hops);
  }
  reach.all = hops.all;
  if (!reach.all) return reach;
  const double n = scheme.size();
  reach.diameter = hops.most;
  reach.mean_hops = hops.sum / (n * n);
  Heard heard(static_cast<size_t>(scheme.size()));
  for (; !heard.All(); ++reach.steps) heard.Step(scheme.Phase(reach.steps));
  return reach;
}

}  // namespace consilium::topology
