#include "server/node/final_model.h"

#include <utility>

#include "server/data/examples.h"

namespace consilium::node {

StatusOr<training::Model> FinalModel(federation::Checkpoint consensus,
                                     std::span<const double> calibration,
                                     const training::TrainingOptions& training,
                                     const SiteRecords& records, Time now) {
  training::Model model;
  model.run = std::move(consensus.run);
  model.generation = consensus.generation;
  model.rounds = consensus.rounds_completed;
  model.created = now;
  model.schema = records.schema;
  model.state = training.state;
  model.hidden = training.hidden;
  model.feature_decoder_hidden = training.feature_decoder_hidden;
  model.parameters = std::move(consensus.parameters);
  if (training.federated_normalisation) model.statistics = std::move(consensus.statistics);
  model.answer_shares = records.answer_shares;
  if (calibration.empty()) return model;
  const modn::Architecture architecture =
      data::ArchitectureOf(model.schema, model.state, model.hidden, model.feature_decoder_hidden);
  ASSIGN_OR_RETURN(model.calibration,
                   training::FitCalibration(architecture, training.coverage, calibration));
  return model;
}

}  // namespace consilium::node
