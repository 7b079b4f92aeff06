#ifndef CONSILIUM_MODULES_MODN_EVALUATION_H_
#define CONSILIUM_MODULES_MODN_EVALUATION_H_

#include <span>
#include <vector>

#include "modules/modn/architecture.h"
#include "modules/modn/examples.h"
#include "modules/modn/objective.h"

namespace consilium::modn {

// What a network says at one step of many consultations.
template <typename Scalar>
struct StepReading {
  std::vector<Scalar> states;  // [patients, state]
  // [outcome][patients, classes]; of an outcome that is a number: mean and deviation.
  std::vector<std::vector<Scalar>> probabilities;
};

// After all answers of batch.order that the patients have.
template <typename Scalar>
StepReading<Scalar> ReadAtEnd(const Architecture& architecture, std::span<const Scalar> parameters,
                              const BasicExamples<Scalar>& examples, const Batch& batch,
                              const nn::Kernels<Scalar>& kernels = nn::BestKernels<Scalar>());

// At step 0 and after every question of batch.order: order.size() + 1 readings.
template <typename Scalar>
std::vector<StepReading<Scalar>> ReadEveryStep(
    const Architecture& architecture, std::span<const Scalar> parameters,
    const BasicExamples<Scalar>& examples, const Batch& batch,
    const nn::Kernels<Scalar>& kernels = nn::BestKernels<Scalar>());

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_EVALUATION_H_
