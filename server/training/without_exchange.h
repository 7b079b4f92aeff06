#ifndef CONSILIUM_SERVER_TRAINING_WITHOUT_EXCHANGE_H_
#define CONSILIUM_SERVER_TRAINING_WITHOUT_EXCHANGE_H_

#include <atomic>
#include <vector>

#include "base/status.h"
#include "server/training/learner.h"

namespace consilium::training {

// Local training of all `rounds`, or until early stopping ends it, without any exchange, on the
// learner's own normalisation, selection and calibration. Leaves the learner as after the last
// round; returns the parameters: with early stopping those of the best round by validation.
StatusOr<std::vector<float>> TrainWithoutExchange(Learner& learner, int rounds,
                                                  const std::atomic<bool>& stop);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_WITHOUT_EXCHANGE_H_
