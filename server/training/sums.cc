#include "server/training/sums.h"

#include "server/data/examples.h"
#include "server/training/calibration.h"
#include "server/training/selection.h"

namespace consilium::training {

size_t SelectionSize(const data::Schema& schema, const TrainingOptions& options) {
  const size_t averages = options.ema.count();
  return averages > 0 ? (1 + averages) * SelectionSizeOfOne(schema) : 0;
}

size_t CalibrationSize(const data::Schema& schema, const TrainingOptions& options) {
  if (!(options.validation > 0)) return 0;
  return CalibrationSumsSize(data::ArchitectureOf(schema, options.state, options.hidden));
}

}  // namespace consilium::training
