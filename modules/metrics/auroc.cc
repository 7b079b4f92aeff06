#include <vector>

#include "modules/metrics/one_against_rest.h"
#include "modules/metrics/scores.h"

namespace consilium::metrics {
namespace {

// The Mann-Whitney statistic from midranks, divided by the number of pairs.
std::optional<double> AurocOf(const std::vector<Ranked>& ranked) {
  double positives = 0, rank_sum = 0;
  for (size_t first = 0; first < ranked.size();) {
    size_t end = first;
    double tied_positives = 0;
    for (; end < ranked.size() && ranked[end].score == ranked[first].score; ++end) {
      tied_positives += ranked[end].positive;
    }
    const double midrank = static_cast<double>(first + 1 + end) / 2;  // of ranks first+1 .. end
    rank_sum += tied_positives * midrank;
    positives += tied_positives;
    first = end;
  }
  const double negatives = static_cast<double>(ranked.size()) - positives;
  if (positives == 0 || negatives == 0) return std::nullopt;
  return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives);
}

}  // namespace

std::optional<double> Auroc(const Predictions& predictions) {
  return MeanAgainstRest(predictions, AurocOf);
}

}  // namespace consilium::metrics
