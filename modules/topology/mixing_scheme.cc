#include "modules/topology/mixing_scheme.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "modules/topology/generators.h"

namespace consilium::topology {
namespace {

constexpr double kSumTolerance = 1e-9;
constexpr double kEqual = 1e-12;
constexpr int kNamedLocalSteps = 10;

Status CheckRow(const std::vector<Share>& row, size_t site, size_t n) {
  double sum = 0;
  for (size_t k = 0; k < row.size(); ++k) {
    const auto& [from, weight] = row[k];
    if (from < 0 || static_cast<size_t>(from) >= n) {
      return InvalidArgument("share of site {} in site {}: sites are numbered 0 to {}", from, site,
                             n - 1);
    }
    if (!(weight >= 0) || !std::isfinite(weight)) {
      return InvalidArgument("share {} of site {} in site {}: expected 0 to 1", weight, from, site);
    }
    if (k > 0 && row[k - 1].from == from) {
      return InvalidArgument("site {} has two shares in site {}: add them up", from, site);
    }
    sum += weight;
  }
  if (std::abs(sum - 1) > kSumTolerance) {
    return InvalidArgument("the shares in site {} sum to {}, expected 1", site, sum);
  }
  return OkStatus();
}

StatusOr<MixingScheme> OnePhase(std::vector<std::vector<Share>> rows) {
  ASSIGN_OR_RETURN(SparseMixing phase, SparseMixing::Create(std::move(rows)));
  return MixingScheme::Create({std::move(phase)});
}

// Half of the own value, half of that of the site `shift` before.
StatusOr<SparseMixing> HalfShift(int n, int shift) {
  std::vector<std::vector<Share>> rows;
  for (int i = 0; i < n; ++i) {
    const int from = (i + n - shift % n) % n;
    rows.push_back(from == i ? std::vector<Share>{{i, 1.0}}
                             : std::vector<Share>{{i, 0.5}, {from, 0.5}});
  }
  return SparseMixing::Create(std::move(rows));
}

StatusOr<SparseMixing> Identity(int n) { return HalfShift(n, 0); }

StatusOr<MixingScheme> SoloScheme(int n) {
  ASSIGN_OR_RETURN(const Graph graph, Solo(n));
  return MetropolisScheme(graph);
}

StatusOr<MixingScheme> NamedLocal(int n) {
  ASSIGN_OR_RETURN(const MixingScheme mean, Averaging(n));
  return LocalSteps(mean, kNamedLocalSteps);
}

constexpr std::array kSpecial = {
    NamedScheme{"solo", SoloScheme},
    NamedScheme{"uni_ring", UniRing},
    NamedScheme{"time_varying_exponential", Exponential},
    NamedScheme{"local_steps", NamedLocal},
};

}  // namespace

StatusOr<SparseMixing> SparseMixing::Create(std::vector<std::vector<Share>> rows) {
  if (rows.empty()) return InvalidArgument("mixing of 0 sites: at least 1 is needed");
  SparseMixing mixing;
  for (size_t site = 0; site < rows.size(); ++site) {
    std::vector<Share>& row = rows[site];
    std::sort(row.begin(), row.end(),
              [](const Share& a, const Share& b) { return a.from < b.from; });
    RETURN_IF_ERROR(CheckRow(row, site, rows.size()));
    std::erase_if(row, [](const Share& share) { return share.weight == 0; });
    mixing.shares_.insert(mixing.shares_.end(), row.begin(), row.end());
    mixing.begin_.push_back(mixing.shares_.size());
  }
  return mixing;
}

bool SparseMixing::IsIdentity() const {
  if (shares_.size() != begin_.size() - 1) return false;
  for (int i = 0; i < size(); ++i) {
    if (Row(i).size() != 1 || Row(i)[0].from != i) return false;
  }
  return true;
}

// Column i is read entry by entry as row i is: both in ascending order.
bool SparseMixing::IsSymmetric() const {
  std::vector<size_t> next(begin_.begin(), begin_.end() - 1);
  for (int i = 0; i < size(); ++i) {
    for (const auto& [from, weight] : Row(i)) {
      size_t& at = next[static_cast<size_t>(from)];
      if (at == begin_[static_cast<size_t>(from) + 1] || shares_[at].from != i) return false;
      if (std::abs(shares_[at].weight - weight) > kEqual) return false;
      ++at;
    }
  }
  return true;
}

bool SparseMixing::IsCirculant() const {
  const auto first = Row(0);
  for (int i = 1; i < size(); ++i) {
    const auto row = Row(i);
    if (row.size() != first.size()) return false;
    // Shifted by i, those of row 0 that wrap around come first.
    const auto wraps = std::lower_bound(first.begin(), first.end(), size() - i,
                                        [](const Share& s, int site) { return s.from < site; });
    auto expected = wraps;
    int shift = i - size();
    for (const Share& share : row) {
      if (expected == first.end()) expected = first.begin(), shift = i;
      if (share.from != expected->from + shift) return false;
      if (std::abs(share.weight - expected->weight) > kEqual) return false;
      ++expected;
    }
  }
  return true;
}

bool SparseMixing::IsDoublyStochastic() const {
  std::vector<double> columns(begin_.size() - 1, 0.0);
  for (const auto& [from, weight] : shares_) columns[static_cast<size_t>(from)] += weight;
  return std::all_of(columns.begin(), columns.end(),
                     [](double sum) { return std::abs(sum - 1) <= kSumTolerance; });
}

StatusOr<MixingScheme> MixingScheme::Create(std::vector<SparseMixing> phases) {
  if (phases.empty()) return InvalidArgument("a mixing scheme of no phases: give one or more");
  for (const SparseMixing& phase : phases) {
    if (phase.size() < 1 || phase.size() != phases.front().size()) {
      return InvalidArgument("phases of {} and {} sites: expected the same number",
                             phases.front().size(), phase.size());
    }
  }
  return MixingScheme(std::move(phases));
}

StatusOr<MixingScheme> MetropolisScheme(const Graph& graph) {
  std::vector<std::vector<Share>> rows(static_cast<size_t>(graph.size()));
  for (int i = 0; i < graph.size(); ++i) {
    double kept = 1;
    for (const int j : graph.Neighbors(i)) {
      const double share = 1.0 / (std::max(graph.Degree(i), graph.Degree(j)) + 1);
      rows[static_cast<size_t>(i)].push_back({j, share});
      kept -= share;
    }
    rows[static_cast<size_t>(i)].push_back({i, kept});
  }
  return OnePhase(std::move(rows));
}

StatusOr<MixingScheme> UniRing(int n) {
  ASSIGN_OR_RETURN(SparseMixing phase, HalfShift(n, 1));
  return MixingScheme::Create({std::move(phase)});
}

StatusOr<MixingScheme> Exponential(int n) {
  std::vector<SparseMixing> phases;
  for (int shift = 1; shift < n || phases.empty(); shift *= 2) {
    ASSIGN_OR_RETURN(SparseMixing phase, HalfShift(n, shift));
    phases.push_back(std::move(phase));
  }
  return MixingScheme::Create(std::move(phases));
}

StatusOr<MixingScheme> Averaging(int n) {
  std::vector<std::vector<Share>> rows(static_cast<size_t>(std::max(n, 0)));
  for (auto& row : rows) {
    for (int j = 0; j < n; ++j) row.push_back({j, 1.0 / n});
  }
  return OnePhase(std::move(rows));
}

StatusOr<MixingScheme> LocalSteps(const MixingScheme& inner, int every) {
  if (every < 1) return InvalidArgument("mixing in every {}th step: expected 1 or more", every);
  ASSIGN_OR_RETURN(const SparseMixing nothing, Identity(inner.size()));
  std::vector<SparseMixing> phases;
  for (const SparseMixing& phase : inner.phases()) {
    phases.insert(phases.end(), static_cast<size_t>(every - 1), nothing);
    phases.push_back(phase);
  }
  return MixingScheme::Create(std::move(phases));
}

std::span<const NamedScheme> SpecialSchemes() { return kSpecial; }

}  // namespace consilium::topology
