#ifndef CONSILIUM_LAB_SIMULATION_REFERENCE_H_
#define CONSILIUM_LAB_SIMULATION_REFERENCE_H_

#include <span>
#include <vector>

#include "lab/simulation/sites.h"
#include "server/data/schema.h"
#include "server/training/report.h"

namespace consilium::simulation {

// What the reference says of the held-out patients of one fold of a site: for each patient of
// site.test the probability, NaN where it says nothing.
std::vector<float> ReferenceOf(const SimulatedSite& site);

// The scores for the first outcome of all models and of "reference", over those patients for whom
// there is one: `reference` has a number for each patient of `predictions`. Empty if there is none,
// or if the outcome has more than two classes.
std::vector<training::OutcomeScores> ScoresBesideReference(
    const data::Schema& schema, std::span<const training::HeldOutPredictions> predictions,
    std::span<const float> reference);

}  // namespace consilium::simulation

#endif  // CONSILIUM_LAB_SIMULATION_REFERENCE_H_
