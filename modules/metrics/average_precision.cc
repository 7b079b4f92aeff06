#include <vector>

#include "modules/metrics/one_against_rest.h"
#include "modules/metrics/scores.h"

namespace consilium::metrics {
namespace {

std::optional<double> AveragePrecisionOf(const std::vector<Ranked>& ranked) {
  double sum = 0, positives = 0, called = 0;
  for (size_t end = ranked.size(); end > 0;) {
    size_t first = end;
    double gained = 0;
    for (; first > 0 && ranked[first - 1].score == ranked[end - 1].score; --first) {
      gained += ranked[first - 1].positive;
    }
    positives += gained;
    called += static_cast<double>(end - first);
    sum += gained * positives / called;
    end = first;
  }
  if (positives == 0) return std::nullopt;
  return sum / positives;
}

}  // namespace

std::optional<double> AveragePrecision(const Predictions& predictions) {
  return MeanAgainstRest(predictions, AveragePrecisionOf);
}

}  // namespace consilium::metrics
