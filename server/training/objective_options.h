#ifndef CONSILIUM_SERVER_TRAINING_OBJECTIVE_OPTIONS_H_
#define CONSILIUM_SERVER_TRAINING_OBJECTIVE_OPTIONS_H_

#include <vector>

#include "modules/modn/examples.h"
#include "modules/modn/objective.h"
#include "server/data/schema.h"
#include "server/training/options.h"

// From what a plan says to what the training pass takes.
namespace consilium::training {

modn::LossOptions LossOptionsOf(const TrainingOptions& options);

// By feature, the level in which it is asked; empty: all in one. The levels of a questionnaire are
// derived from this site's training patients and stay here.
std::vector<int> QuestionLevels(const TrainingOptions& options, const data::Schema& schema,
                                const modn::Examples& examples);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_OBJECTIVE_OPTIONS_H_
