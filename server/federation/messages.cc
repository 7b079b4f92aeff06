#include "server/federation/messages.h"

namespace consilium {

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
  }
  return "unknown stage";
}

}  // namespace consilium
