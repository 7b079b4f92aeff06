#ifndef CONSILIUM_SERVER_TRAINING_DECLARE_OPTIONS_H_
#define CONSILIUM_SERVER_TRAINING_DECLARE_OPTIONS_H_

#include "base/fields.h"
#include "server/training/options.h"

namespace consilium::training {

// The keys of [model], [training], [start], [ema], [evaluation] and [normalisation].
void DeclareModel(Fields& fields, TrainingOptions& options);
void DeclareTraining(Fields& fields, TrainingOptions& options);
void DeclareStart(Fields& fields, TrainingOptions& options);
void DeclareEma(Fields& fields, EmaPlan& plan);
void DeclareEvaluation(Fields& fields, TrainingOptions& options);
void DeclareNormalisation(Fields& fields, TrainingOptions& options);

// All of these tables.
void DeclareTrainingOptions(Fields& fields, TrainingOptions& options);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_DECLARE_OPTIONS_H_
