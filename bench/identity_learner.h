#ifndef CONSILIUM_BENCH_IDENTITY_LEARNER_H_
#define CONSILIUM_BENCH_IDENTITY_LEARNER_H_

#include <memory>

#include "server/data/schema.h"
#include "server/training/learner.h"

namespace consilium::bench {

// Leaves the model as it is, so that a benchmark measures the exchange alone.
std::unique_ptr<training::Learner> NewIdentityLearner(const data::Schema& schema, int state,
                                                      int hidden);

}  // namespace consilium::bench

#endif  // CONSILIUM_BENCH_IDENTITY_LEARNER_H_
