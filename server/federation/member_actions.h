#ifndef CONSILIUM_SERVER_FEDERATION_MEMBER_ACTIONS_H_
#define CONSILIUM_SERVER_FEDERATION_MEMBER_ACTIONS_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "server/federation/messages.h"
#include "server/federation/traffic.h"

namespace consilium::federation {

// What a site keeps of a run so that it can go on after kill -9.
struct Checkpoint {
  std::string run;
  uint64_t generation = 0;
  int rounds_completed = 0;
  std::vector<float> parameters;
  std::vector<double> statistics;  // as agreed; empty before
  std::vector<float> owed;         // ErrorFeedback::Owed of the rounds
  std::string learner;             // KeptState::Save
  uint64_t bytes_sent = 0;
  uint64_t bytes_uncompressed = 0;
  Traffic traffic = {};
  bool consensus = false;  // `parameters` is the model all sites agreed on at the end
  std::string plan_digest = {}, layout_digest = {};
};

// What a member wants done, in order. Whoever drives the member does it and reports back.
struct UseStatistics {
  std::vector<double> mean;  // give it to Learner::UseStatistics
};
struct TrainRound {
  uint64_t ticket = 0;  // answer with Member::Trained and this ticket
  int round = 0;
  std::vector<float> parameters;
  double rate_factor = 1;
  std::vector<float> correction;
};
struct SumForSelection {
  uint64_t ticket = 0;  // answer with Member::Summed, this ticket and ModelSelection::Sums
  std::vector<float> parameters;
};
struct SelectModel {
  uint64_t ticket = 0;       // answer with Member::Selected, this ticket and ModelSelection::Select
  std::vector<double> mean;  // of the sites' sums
  std::vector<float> parameters;
};
struct SumForCalibration {
  uint64_t ticket = 0;  // answer with Member::Summed, this ticket and ModelCalibration::Sums
  std::vector<float> parameters;
};
struct UseCalibration {
  std::vector<double> sums;  // over all sites: give it to ModelCalibration::Use
};
struct EvaluateModel {
  uint64_t ticket = 0;  // answer with Member::Evaluated and this ticket
  std::vector<float> parameters;
};
struct SaveCheckpoint {
  Checkpoint checkpoint;
  std::vector<double> calibration;  // with consensus: as agreed
};
using MemberAction = std::variant<PeerMessage, Progress, SiteReport, LinkBroken, Decline,
                                  UseStatistics, TrainRound, SumForSelection, SelectModel,
                                  SumForCalibration, UseCalibration, EvaluateModel, SaveCheckpoint>;
using MemberActions = std::vector<MemberAction>;

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_MEMBER_ACTIONS_H_
