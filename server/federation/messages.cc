#include "server/federation/messages.h"

#include <algorithm>
#include <array>

namespace consilium::federation {
namespace {

constexpr std::array kInOrder = {Stage::kStatistics, Stage::kResync,    Stage::kRound,
                                 Stage::kSelection,  Stage::kAgreement, Stage::kConsensus,
                                 Stage::kCalibration};

auto Place(Stage stage) { return std::find(kInOrder.begin(), kInOrder.end(), stage); }

}  // namespace

bool IsAfter(Stage later, Stage earlier) { return Place(later) > Place(earlier); }

bool IsWeight(float weight) { return weight == 0 || (weight >= 1e-6f && weight <= 1e9f); }

std::string_view Name(Stage stage) {
  switch (stage) {
    case Stage::kStatistics:
      return "normalisation";
    case Stage::kResync:
      return "resync";
    case Stage::kRound:
      return "rounds";
    case Stage::kConsensus:
      return "consensus";
    case Stage::kSelection:
      return "selection";
    case Stage::kCalibration:
      return "calibration";
    case Stage::kAgreement:
      return "agreement";
  }
  return "unknown stage";
}

}  // namespace consilium::federation
