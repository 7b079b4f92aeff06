#include "server/federation/site_part.h"

#include <algorithm>
#include <utility>

#include "modules/numbers.h"
#include "server/federation/convergence.h"
#include "server/federation/stage_order.h"

namespace consilium::federation {

SitePart::SitePart(MemberOptions given, const Clock& given_clock)
    : options(std::move(given)), clock(given_clock), parameters(options.initial) {
  for (const std::string& module : options.modules) traffic.modules.push_back({module});
}

const std::string& SitePart::SiteName(int n) const {
  return (*place)->assignment->participants[static_cast<size_t>(n)].site;
}

const std::vector<int>& SitePart::Neighbours() const {
  return (*place)->graph.Neighbors(place->self);
}

bool SitePart::Has(Stage any) const {
  return HasStage(any, options.plan,
                  {.anybody_current = (*place)->anybody_current,
                   .next_round = rounds_completed + 1,
                   .selection = options.selection_size,
                   .calibration = options.calibration_size});
}

bool SitePart::Accept(std::span<const float> model, int round) {
  if (options.aggregator) return true;  // keeps nothing
  const Status sound = CheckConverges(options.site, round, model, loss);
  if (!sound.ok()) GiveUp(sound);
  return sound.ok();
}

void SitePart::GiveUp(const Status& why) {
  if (ReportDue()) ReportProgress();
  actions.push_back(Decline{options.run, std::string(Message(why))});
  Rest();
}

void SitePart::BreakLink(const std::string& from, const Status& why) {
  if (ReportDue()) ReportProgress();
  actions.push_back(LinkBroken{options.run, generation(), from, std::string(Message(why))});
  Rest();
}

void SitePart::Rest() {
  const bool in_round = stage == Stage::kRound && state == State::kExchanging;
  if (in_round && exchange) CountModules();
  state = State::kWaiting;
  ++ticket;
  training = false;
  deadline.reset();
  exchange.reset();
  past_rounds.reset();
  sums_exchange.reset();
}

void SitePart::KeepFrozen(std::span<float> model) const {
  for (size_t b = 0; b < options.frozen.size(); ++b) {
    if (options.frozen[b] == 0) continue;
    const Block block = options.shape.blocks[b];
    std::ranges::copy(std::span<const float>(options.initial).subspan(block.offset, block.size),
                      model.subspan(block.offset, block.size).begin());
  }
}

void SitePart::Restore(Checkpoint checkpoint) {
  const std::span<const float> kept = checkpoint.parameters;
  if (!CheckConverges(options.site, checkpoint.rounds_completed, kept, 0).ok()) return;
  if (!AllWithin(std::span<const float>(checkpoint.owed))) checkpoint.owed.clear();
  parameters = std::move(checkpoint.parameters);
  statistics = std::move(checkpoint.statistics);
  owed = std::move(checkpoint.owed);
  learner_state = std::move(checkpoint.learner);
  rounds_completed = rounds_in_model = checkpoint.rounds_completed;
  bytes_sent = checkpoint.bytes_sent;
  bytes_uncompressed = checkpoint.bytes_uncompressed;
  traffic = std::move(checkpoint.traffic);
}

}  // namespace consilium::federation
