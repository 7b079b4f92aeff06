#include <algorithm>
#include <cmath>
#include <vector>

#include "modules/metrics/decision.h"
#include "modules/metrics/scores.h"

namespace consilium {

std::optional<double> CalibrationError(const Predictions& predictions, int bins) {
  if (bins < 1) return std::nullopt;
  std::vector<double> excess(static_cast<size_t>(bins));  // sum of (right - confidence) by bin
  double count = 0;
  ForEveryDecision(predictions, [&](const Decision& decision) {
    const int bin = static_cast<int>(decision.confidence * bins);
    const double right = decision.predicted == decision.label ? 1 : 0;
    excess[static_cast<size_t>(std::clamp(bin, 0, bins - 1))] += right - decision.confidence;
    ++count;
  });
  if (count == 0) return std::nullopt;
  double sum = 0;
  for (const double bin : excess) sum += std::fabs(bin);
  return sum / count;
}

}  // namespace consilium
