#include "modules/modn/objective.h"

#include <algorithm>
#include <vector>

#include "modules/modn/backward_pass.h"
#include "modules/modn/feature_loss.h"
#include "modules/modn/forward_pass.h"
#include "modules/modn/packed_network.h"
#include "modules/modn/step_weights.h"

namespace consilium::modn {
namespace {

// Patients computed together: half of a batch, that two cores have something to do, within what
// keeps the products fast and the memory small. Part of the result, since the sums are grouped by
// it; so it depends on the batch only.
int ChunkOf(int patients) { return std::clamp(nn::PaddedRow((patients + 1) / 2), 16, 64); }

}  // namespace

template <typename Scalar>
struct Objective<Scalar>::Workspace {
  struct Worker {
    ForwardPass<Scalar> forward;
    BackwardPass<Scalar> backward;
    FeatureLoss<Scalar> features;
    RowGradients<Scalar> rows;
  };

  Workspace(const Architecture& shape, const LossOptions& loss, const nn::Kernels<Scalar>& fast)
      : architecture(shape),
        options(loss),
        kernels(fast),
        layout(MakeLayout(shape)),
        network(shape, fast) {}

  void Reserve(int chunks, int workers_wanted) {
    while (static_cast<int>(gradients.size()) < chunks) gradients.emplace_back(network);
    while (static_cast<int>(workers.size()) < workers_wanted) {
      workers.push_back(
          {{architecture, kernels}, {architecture, kernels}, {architecture, kernels}, {}});
    }
    losses.assign(static_cast<size_t>(chunks), {});
  }

  void RunChunk(const BasicExamples<Scalar>& examples, const Batch& batch, int chunk,
                Worker& worker) {
    const int patients = static_cast<int>(batch.patients.size());
    const int begin = chunk * ChunkOf(patients);
    const int end = std::min(begin + ChunkOf(patients), patients);
    PackedGradient<Scalar>& gradient = gradients[static_cast<size_t>(chunk)];
    gradient.SetZero();
    worker.forward.Run(network, examples, batch, begin, end, true);
    worker.rows.Reset(worker.forward.rows(), worker.forward.lengths().state);
    double features = 0;
    if (options.features.decoding > 0) {
      features =
          worker.features.Run(network.feature_decoders, examples, batch, begin, options.features,
                              worker.forward, gradient.feature_decoders, worker.rows);
    }
    Loss& loss = losses[static_cast<size_t>(chunk)];
    loss = worker.backward.Run(network, examples, batch, begin, options, counts, worker.rows,
                               worker.forward, gradient);
    loss.features = features;
  }

  const Architecture architecture;
  const LossOptions options;
  const nn::Kernels<Scalar>& kernels;
  const nn::Layout layout;

  PackedNetwork<Scalar> network;
  BatchCounts<Scalar> counts;
  std::vector<Worker> workers;
  std::vector<PackedGradient<Scalar>> gradients;  // by chunk
  std::vector<Loss> losses;                       // by chunk
};

template <typename Scalar>
Objective<Scalar>::Objective(const Architecture& architecture, LossOptions options,
                             const nn::Kernels<Scalar>& kernels)
    : workspace_(std::make_unique<Workspace>(architecture, options, kernels)) {}

template <typename Scalar>
Objective<Scalar>::~Objective() = default;
template <typename Scalar>
Objective<Scalar>::Objective(Objective&&) noexcept = default;
template <typename Scalar>
Objective<Scalar>& Objective<Scalar>::operator=(Objective&&) noexcept = default;

template <typename Scalar>
const nn::Layout& Objective<Scalar>::layout() const {
  return workspace_->layout;
}

template <typename Scalar>
Loss Objective<Scalar>::AddGradient(std::span<const Scalar> parameters,
                                    const BasicExamples<Scalar>& examples, const Batch& batch,
                                    std::span<Scalar> gradient, const nn::Parallel& parallel) {
  Workspace& w = *workspace_;
  const int patients = static_cast<int>(batch.patients.size());
  const int chunks = (patients + ChunkOf(patients) - 1) / ChunkOf(patients);
  const int tasks = std::min(std::max(1, parallel.width), chunks);
  w.Reserve(chunks, tasks);
  parallel.Run(tasks, [&](int task) {
    for (int part = task; part < w.network.parts(); part += tasks) {
      w.network.LoadPart(w.layout, part, parameters);
    }
  });
  w.counts.Count(examples, batch);
  parallel.Run(tasks, [&](int task) {
    for (int chunk = task; chunk < chunks; chunk += tasks) {
      w.RunChunk(examples, batch, chunk, w.workers[static_cast<size_t>(task)]);
    }
  });
  const int modules = static_cast<int>(w.layout.modules().size());
  parallel.Run(tasks, [&](int task) {
    for (int m = task; m < modules; m += tasks) {
      for (int chunk = 0; chunk < chunks; ++chunk) {
        w.gradients[static_cast<size_t>(chunk)].AddModule(w.network, w.layout, m, gradient);
      }
    }
  });
  Loss loss;
  for (const Loss& part : w.losses) {
    loss.nll += part.nll;
    loss.state_change += part.state_change;
    loss.features += part.features;
  }
  return loss;
}

template class Objective<float>;
template class Objective<double>;

}  // namespace consilium::modn
