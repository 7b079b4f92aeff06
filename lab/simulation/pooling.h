#ifndef CONSILIUM_LAB_SIMULATION_POOLING_H_
#define CONSILIUM_LAB_SIMULATION_POOLING_H_

#include <span>
#include <vector>

#include "server/data/schema.h"
#include "server/training/report.h"

namespace consilium {

// Appends `more` to `all`, model by model; both name the same models in the same order, or `all` is
// empty.
void Append(std::span<const HeldOutPredictions> more, std::vector<HeldOutPredictions>& all);

// The predictions of patients first, first + 1, ..., first + count - 1.
HeldOutPredictions Part(const HeldOutPredictions& all, int first, int count);

// Score by score the mean over those sites where it is defined.
std::vector<OutcomeScores> MeanOver(std::span<const std::vector<OutcomeScores>> sites);

}  // namespace consilium

#endif  // CONSILIUM_LAB_SIMULATION_POOLING_H_
