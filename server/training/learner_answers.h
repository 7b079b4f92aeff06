#ifndef CONSILIUM_SERVER_TRAINING_LEARNER_ANSWERS_H_
#define CONSILIUM_SERVER_TRAINING_LEARNER_ANSWERS_H_

#include <atomic>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "server/training/learner.h"

// What a learner answers a daemon, whichever parts it has.
namespace consilium::training {

// Nothing is kept by a learner without a KeptState.
std::string SaveState(Learner& learner);
Status RestoreState(Learner& learner, std::string_view state);

// Without an Evaluation: nobody was held out.
StatusOr<Report> ReportOf(Learner& learner, std::span<const float> parameters,
                          const std::atomic<bool>& stop);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_LEARNER_ANSWERS_H_
