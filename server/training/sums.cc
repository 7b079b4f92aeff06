#include "server/training/sums.h"

#include "server/training/selection.h"

namespace consilium {

size_t SelectionSize(const Schema& schema, const TrainingOptions& options) {
  const size_t averages = options.ema.count();
  return averages > 0 ? (1 + averages) * SelectionSizeOfOne(schema) : 0;
}

size_t CalibrationSize(const Schema&, const TrainingOptions&) { return 0; }

}  // namespace consilium
