#ifndef CONSILIUM_SERVER_TRAINING_WORDS_H_
#define CONSILIUM_SERVER_TRAINING_WORDS_H_

#include "base/fields.h"
#include "server/training/options.h"
#include "server/training/tune_options.h"

// What a plan calls the choices of how a site trains and of what is tuned.
namespace consilium::training {

inline constexpr Word<optim::RateShape> kRates[] = {
    {optim::RateShape::kConstant, "constant"},
    {optim::RateShape::kCosine, "cosine"},
    {optim::RateShape::kStep, "step"},
    {optim::RateShape::kPolynomial, "polynomial"},
};

inline constexpr Word<optim::ClipScope> kClipScopes[] = {
    {optim::ClipScope::kGlobal, "global", "one norm"},
    {optim::ClipScope::kModule, "module", "each module's own"},
};

inline constexpr Word<modn::StepWeights> kStepWeights[] = {
    {modn::StepWeights::kOwnSteps, "own"},
    {modn::StepWeights::kEveryStep, "every"},
    {modn::StepWeights::kFixedShare, "fixed"},
};

inline constexpr Word<modn::QuestionOrder> kQuestionOrders[] = {
    {modn::QuestionOrder::kShuffled, "shuffled", "anew for every batch"},
    {modn::QuestionOrder::kFixed, "fixed", "as in the schema"},
    {modn::QuestionOrder::kOwn, "own", "anew for every patient, slower; not with feature decoders"},
};

inline constexpr Word<LevelSource> kLevelSources[] = {
    {LevelSource::kNone, "none"},
    {LevelSource::kGroups, "groups"},
    {LevelSource::kDerived, "derived"},
};

inline constexpr Word<modn::Masking> kMaskings[] = {
    {modn::Masking::kNone, "none"},
    {modn::Masking::kClassEqualised, "class_equalised"},
};

inline constexpr Word<TrainedModules> kTrainedModules[] = {
    {TrainedModules::kAll, "all"},
    {TrainedModules::kNew, "new", "only modules that the start model lacks"},
};

inline constexpr Word<EmaSample> kEmaSamples[] = {
    {EmaSample::kRound, "round", "the model after each exchange"},
    {EmaSample::kStep, "step", "after each step of the optimiser"},
};

inline constexpr Word<SelectBy> kSelectBy[] = {
    {SelectBy::kLoss, "loss"},
    {SelectBy::kScore, "score", "macro-F1"},
};

inline constexpr Word<TuneTraining> kTuneTrainings[] = {
    {TuneTraining::kFederated, "federated"},
    {TuneTraining::kLocal, "local", "every site alone"},
};

inline constexpr Word<TuneScore> kTuneScores[] = {
    {TuneScore::kLoss, "loss"},
    {TuneScore::kAuroc, "auroc"},
    {TuneScore::kMacroF1, "macro_f1"},
    {TuneScore::kAccuracy, "accuracy"},
};

// Of TrainingOptions::federated_normalisation.
inline constexpr Word<bool> kNormalisations[] = {
    {true, "federated", "one mean and deviation over all sites"},
    {false, "schema"},
};

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_WORDS_H_
