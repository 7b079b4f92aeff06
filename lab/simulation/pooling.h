#ifndef CONSILIUM_LAB_SIMULATION_POOLING_H_
#define CONSILIUM_LAB_SIMULATION_POOLING_H_

#include <span>
#include <vector>

#include "server/data/schema.h"
#include "server/training/report.h"

namespace consilium::simulation {

// Appends `more` to `all`, model by model; both name the same models in the same order, or `all` is
// empty.
void Append(std::span<const training::HeldOutPredictions> more,
            std::vector<training::HeldOutPredictions>& all);

// The predictions of patients first, first + 1, ..., first + count - 1.
training::HeldOutPredictions Part(const training::HeldOutPredictions& all, int first, int count);

// Score by score the mean over those sites where it is defined.
std::vector<training::OutcomeScores> MeanOver(
    std::span<const std::vector<training::OutcomeScores>> sites);

}  // namespace consilium::simulation

#endif  // CONSILIUM_LAB_SIMULATION_POOLING_H_
