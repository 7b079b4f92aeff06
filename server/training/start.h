#ifndef CONSILIUM_SERVER_TRAINING_START_H_
#define CONSILIUM_SERVER_TRAINING_START_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/status.h"
#include "modules/nn/layout.h"
#include "server/data/schema.h"
#include "server/training/model.h"
#include "server/training/options.h"

namespace consilium::training {

// What a run takes over from a model of an earlier one, and which modules it trains: [start] of a
// plan, and `freeze`, `train` and `fine_tune` of its [training] (docs/formats/plan.md). Modules are
// told apart by kind and key, whatever the schemas' versions; those the model lacks take their
// seeded values, and features it knows keep its normalisation. Immutable.
class Start {
 public:
  // `model` may be null: all modules are new then. Fails if a module of both is not the same thing,
  // if a pattern matches nothing, or if nothing is left to train.
  static StatusOr<Start> Create(const data::Schema& schema, const nn::Layout& layout,
                                const TrainingOptions& options, const Model* model);

  // Each overwrites what the model has, and leaves the rest.
  void CopyParameters(std::span<float> parameters) const;
  void CopyStatistics(std::span<double> statistics) const;

  // One byte for each number of StatisticsOf: is it the model's? Empty without a model.
  const std::vector<uint8_t>& known_statistics() const { return known_statistics_; }

  // One byte for each module: does it stay as it is in the whole run?
  const std::vector<uint8_t>& frozen() const { return frozen_; }

  // Is the module trained in this round, counted from 1?
  bool Trains(size_t module, int round) const;

 private:
  struct Copy {
    size_t module = 0;  // of the layout
    Block to;
    std::vector<float> parameters;
  };

  Status TakeModules(const data::Schema& schema, const nn::Layout& layout,
                     const TrainingOptions& options, const Model& model);
  void TakeStatistics(const data::Schema& schema, const Model& model);

  std::vector<Copy> copies_;
  std::vector<uint8_t> known_;  // by module: is it the model's?
  std::vector<double> statistics_;
  std::vector<uint8_t> known_statistics_;
  std::vector<uint8_t> frozen_;
  int fine_tune_ = 0;  // rounds in which only new modules are trained
};

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_START_H_
