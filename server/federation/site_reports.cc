#include <utility>

#include "server/federation/site_part.h"

namespace consilium::federation {
namespace {

constexpr Duration kProgressEvery = Seconds(0.2);

}  // namespace

std::optional<Time> SitePart::ReportDue() const {
  const bool under_way = state == State::kTraining || state == State::kExchanging;
  if (options.aggregator || !under_way || rounds_told >= rounds_completed) return std::nullopt;
  return reported + kProgressEvery;
}

void SitePart::ReportProgress(std::vector<std::string> missed) {
  if (options.aggregator && missed.empty()) return;
  reported = clock.Now();
  rounds_told = rounds_completed;
  actions.push_back(Progress{options.run, generation(), rounds_completed, stage, loss, bytes_sent,
                             bytes_uncompressed, std::move(missed), train_seconds, exchange_seconds,
                             traffic.links, CompressionError(traffic)});
}

void SitePart::Save(const std::vector<float>& model, std::vector<double> calibrated,
                    bool consensus) {
  if (options.aggregator) return;
  const Time now = clock.Now();
  if (!consensus && saved && now - *saved < options.checkpoint_every) return;
  saved = now;
  actions.push_back(SaveCheckpoint{{options.run, generation(), rounds_completed, model, statistics,
                                    owed, learner_state, bytes_sent, bytes_uncompressed, traffic,
                                    consensus, options.plan_digest, options.layout_digest},
                                   std::move(calibrated)});
}

void SitePart::CountModules() {
  std::vector<BlockTraffic> by_block(options.shape.blocks.size());
  schedule::AddTrafficOf(*exchange, by_block);
  traffic.CountModules(by_block);
  for (const BlockTraffic& block : by_block) bytes_uncompressed += block.numbers * sizeof(float);
}

}  // namespace consilium::federation
