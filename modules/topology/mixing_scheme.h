#ifndef CONSILIUM_MODULES_TOPOLOGY_MIXING_SCHEME_H_
#define CONSILIUM_MODULES_TOPOLOGY_MIXING_SCHEME_H_

#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "modules/topology/graph.h"

namespace consilium::topology {

// How much of site `from` goes into a site's new value.
struct Share {
  int from = 0;
  double weight = 0;

  bool operator==(const Share&) const = default;
};

// One step of averaging, x_i <- sum over the shares of i of weight * x_from: a matrix of
// non-negative shares whose rows sum to 1. It need not be symmetric. Immutable, so thread-safe.
class SparseMixing {
 public:
  // rows[i] are the shares of site i, in any order, each site at most once; zeros are dropped.
  // Refuses no sites, sites outside the rows, negative or infinite shares and sums other than 1
  // (to 1e-9).
  static StatusOr<SparseMixing> Create(std::vector<std::vector<Share>> rows);

  int size() const { return static_cast<int>(begin_.size()) - 1; }

  // Ascending by site. Requires 0 <= site < size().
  std::span<const Share> Row(int site) const {
    const size_t i = static_cast<size_t>(site);
    return {shares_.data() + begin_[i], shares_.data() + begin_[i + 1]};
  }
  std::span<const Share> shares() const { return shares_; }  // all of them, row after row

  bool IsIdentity() const;
  bool IsSymmetric() const;  // to 1e-12
  bool IsCirculant() const;  // row i is row 0 shifted by i, to 1e-12: all sites are in one position
  bool IsDoublyStochastic() const;  // columns sum to 1 too (to 1e-9), so that means are kept

  bool operator==(const SparseMixing&) const = default;

 private:
  std::vector<size_t> begin_ = {0};
  std::vector<Share> shares_;
};

// A sequence of averaging steps that repeats: step t uses phase t mod period.
class MixingScheme {
 public:
  // Refuses no phases and phases of different sizes.
  static StatusOr<MixingScheme> Create(std::vector<SparseMixing> phases);

  int size() const { return phases_.front().size(); }
  int period() const { return static_cast<int>(phases_.size()); }
  const SparseMixing& Phase(int step) const {
    return phases_[static_cast<size_t>(step % period())];
  }
  const std::vector<SparseMixing>& phases() const { return phases_; }

 private:
  explicit MixingScheme(std::vector<SparseMixing> phases) : phases_(std::move(phases)) {}

  std::vector<SparseMixing> phases_;
};

// Each step with the Metropolis matrix of the graph (mixing.h).
StatusOr<MixingScheme> MetropolisScheme(const Graph& graph);

// Directed ring: every site takes half of its own value and half of its predecessor's.
StatusOr<MixingScheme> UniRing(int n);

// Time-varying exponential graph: in step t half of the site 2^(t mod period) before it, modulo n
// (docs/papers.md, Push-sum); the period is log2 n, rounded up. A site sends one message in each
// step.
StatusOr<MixingScheme> Exponential(int n);

// Everybody's mean in one step, as an all-reduce gives.
StatusOr<MixingScheme> Averaging(int n);

// `inner` in the last of `every` steps, nothing in those before it. Refuses every < 1.
StatusOr<MixingScheme> LocalSteps(const MixingScheme& inner, int every);

struct NamedScheme {
  std::string_view name;  // "time_varying_exponential"
  StatusOr<MixingScheme> (*make)(int n);
};

// What is no undirected graph, by name: "solo", "uni_ring", "time_varying_exponential",
// "local_steps" (the mean in every tenth step).
std::span<const NamedScheme> SpecialSchemes();

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_MIXING_SCHEME_H_
