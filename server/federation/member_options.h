#ifndef CONSILIUM_SERVER_FEDERATION_MEMBER_OPTIONS_H_
#define CONSILIUM_SERVER_FEDERATION_MEMBER_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shared.h"
#include "modules/slices.h"
#include "server/federation/inbox.h"
#include "server/federation/member_actions.h"
#include "server/federation/plan.h"
#include "server/federation/stage_exchange.h"

namespace consilium::federation {

struct MemberOptions {
  std::string site;
  std::string run;
  Shared<Plan> plan;
  FlatShape shape;                   // of the layout all sites share
  std::vector<std::string> modules;  // plain names of its blocks, for what is counted
  std::vector<float> weights;        // LearnerFacts of training/learner.h
  std::vector<float> initial;        // of LearnerFacts
  std::vector<double> statistics;    // of LearnerFacts
  // Of LearnerFacts: stay as given here to the bit, whatever others send.
  std::vector<uint8_t> frozen;
  std::vector<uint8_t> known_statistics;
  size_t selection_size = 0;    // of ModelSelection; 0: the model is final as it is
  size_t calibration_size = 0;  // of ModelCalibration; 0: it is not calibrated
  int training_patients = 0;
  std::string layout_digest;
  std::string plan_digest;  // SHA-256 of its text, in hexadecimal
  // Whose messages are taken, where those who share this process share it; empty: SendersOf(plan).
  Shared<Inbox::Senders> senders;
  RoundsMaker make_rounds = MakeRoundExchange;
  bool aggregator = false;  // the coordinator's own part: sums, trains nothing
  // SaveCheckpoint at most so often, but with the consensus always.
  Duration checkpoint_every = {};
  std::optional<Checkpoint> checkpoint;
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_MEMBER_OPTIONS_H_
