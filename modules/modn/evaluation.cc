#include "modules/modn/evaluation.h"

#include <algorithm>
#include <cmath>

#include "modules/modn/forward_pass.h"
#include "modules/modn/normal_outcome.h"
#include "modules/modn/packed_network.h"
#include "modules/modn/softmax.h"

namespace consilium::modn {
namespace {

constexpr int kChunk = 64;

template <typename Scalar>
void ReadRow(const Architecture& architecture, const ForwardPass<Scalar>& pass, int row,
             size_t patient, StepReading<Scalar>& reading) {
  const auto length = static_cast<size_t>(architecture.state);
  std::copy_n(pass.state(row), length, &reading.states[patient * length]);
  const Scalar* z = pass.logits() + row;
  for (size_t o = 0; o < architecture.outcomes.size(); ++o) {
    const int classes = Outputs(architecture.outcomes[o]);
    Scalar* p = &reading.probabilities[o][patient * static_cast<size_t>(classes)];
    for (int c = 0; c < classes; ++c) p[c] = z[c * pass.logit_stride()];
    if (architecture.outcomes[o].classes == 0) {
      p[1] = std::exp(LogDeviation(p[1]));
    } else {
      Softmax(std::span<Scalar>(p, static_cast<size_t>(classes)));
    }
    z += classes * pass.logit_stride();
  }
}

template <typename Scalar>
StepReading<Scalar> Blank(const Architecture& architecture, size_t patients) {
  StepReading<Scalar> reading;
  reading.states.resize(patients * static_cast<size_t>(architecture.state));
  for (const OutcomeShape& outcome : architecture.outcomes) {
    reading.probabilities.emplace_back(patients * static_cast<size_t>(Outputs(outcome)));
  }
  return reading;
}

// Calls visit(pass, patient's place in the batch, its number in the pass) for every patient.
template <typename Scalar, typename Visit>
void ForEveryPatient(const Architecture& architecture, std::span<const Scalar> parameters,
                     const BasicExamples<Scalar>& examples, const Batch& batch,
                     const nn::Kernels<Scalar>& kernels, const Visit& visit) {
  PackedNetwork<Scalar> network(architecture, kernels);
  network.Load(MakeLayout(architecture), parameters);
  ForwardPass<Scalar> pass(architecture, kernels);
  const int patients = static_cast<int>(batch.patients.size());
  for (int begin = 0; begin < patients; begin += kChunk) {
    const int end = std::min(begin + kChunk, patients);
    pass.Run(network, examples, batch, begin, end, true);
    for (int i = begin; i < end; ++i) visit(pass, static_cast<size_t>(i), i - begin);
  }
}

}  // namespace

template <typename Scalar>
StepReading<Scalar> ReadAtEnd(const Architecture& architecture, std::span<const Scalar> parameters,
                              const BasicExamples<Scalar>& examples, const Batch& batch,
                              const nn::Kernels<Scalar>& kernels) {
  StepReading<Scalar> reading = Blank<Scalar>(architecture, batch.patients.size());
  ForEveryPatient(architecture, parameters, examples, batch, kernels,
                  [&](const ForwardPass<Scalar>& pass, size_t place, int patient) {
                    ReadRow(architecture, pass, pass.current(patient), place, reading);
                  });
  return reading;
}

template <typename Scalar>
std::vector<StepReading<Scalar>> ReadEveryStep(const Architecture& architecture,
                                               std::span<const Scalar> parameters,
                                               const BasicExamples<Scalar>& examples,
                                               const Batch& batch,
                                               const nn::Kernels<Scalar>& kernels) {
  const size_t steps = batch.order.size() + 1;
  std::vector<StepReading<Scalar>> readings(steps,
                                            Blank<Scalar>(architecture, batch.patients.size()));
  ForEveryPatient(architecture, parameters, examples, batch, kernels,
                  [&](const ForwardPass<Scalar>& pass, size_t place, int patient) {
                    int row = pass.current(patient);
                    for (size_t t = steps; t-- > 0;) {
                      ReadRow(architecture, pass, row, place, readings[t]);
                      if (t == 0) break;
                      if (row >= pass.first_row(static_cast<int>(t) - 1)) row = pass.previous(row);
                    }
                  });
  return readings;
}

template StepReading<float> ReadAtEnd(const Architecture&, std::span<const float>, const Examples&,
                                      const Batch&, const nn::Kernels<float>&);
template StepReading<double> ReadAtEnd(const Architecture&, std::span<const double>,
                                       const BasicExamples<double>&, const Batch&,
                                       const nn::Kernels<double>&);
template std::vector<StepReading<float>> ReadEveryStep(const Architecture&, std::span<const float>,
                                                       const Examples&, const Batch&,
                                                       const nn::Kernels<float>&);
template std::vector<StepReading<double>> ReadEveryStep(const Architecture&,
                                                        std::span<const double>,
                                                        const BasicExamples<double>&, const Batch&,
                                                        const nn::Kernels<double>&);

}  // namespace consilium::modn
