#include <utility>

#include "server/federation/site_part.h"
#include "server/federation/stage_exchange.h"

namespace consilium::federation {

void SitePart::BeginModel(std::unique_ptr<schedule::Exchange<float>> made,
                          std::span<const float> model) {
  exchange = std::move(made);
  StartClock();
  Send(exchange->Begin(model));
}

void SitePart::BeginSums(std::unique_ptr<schedule::Exchange<double>> made,
                         std::span<const double> sums) {
  sums_exchange = std::move(made);
  StartClock();
  Send(sums_exchange->Begin(sums));
}

Status SitePart::ShareSums(std::span<const double> sums) {
  ASSIGN_OR_RETURN(auto made, MakeSumsExchange(*place, sums.size()));
  BeginSums(std::move(made), sums);
  return OkStatus();
}

std::vector<double> SitePart::EndSums(size_t size) {
  std::vector<double> sums(size);
  sums_exchange->End(sums);
  sums_exchange.reset();
  return sums;
}

void SitePart::StartClock() {
  state = State::kExchanging;
  since = clock.Now();
  deadline = since + options.plan->round_deadline;
}

bool SitePart::ExchangeComplete() const {
  if (state != State::kExchanging || training) return false;
  return sums_exchange ? sums_exchange->Complete() : exchange->Complete();
}

void SitePart::Send(std::vector<schedule::Outgoing> messages) {
  SendOf(stage, std::move(messages));
}

void SitePart::SendOf(Stage of, std::vector<schedule::Outgoing> messages) {
  for (schedule::Outgoing& message : messages) {
    if (stage != Stage::kRound) bytes_uncompressed += message.body.size();
    PeerMessage peer{options.run,          generation(),           of,
                     rounds_completed + 1, options.site,           SiteName(message.to),
                     sent[message.to]++,   std::move(message.body)};
    if (options.plan->schedule.aggregator == Aggregator::kCoordinator) {
      peer.chunk_bytes = ChunkBytesAmong((*place)->assignment->participants.size() - 1);
    }
    const uint64_t bytes = BytesOnTheWire(peer);
    bytes_sent += bytes;
    traffic.CountSent(peer.to, bytes, stage == Stage::kRound ? peer.round : 0);
    actions.push_back(std::move(peer));
  }
}

Status SitePart::Give(int neighbour, PeerMessage& message) {
  if (IsAfter(message.stage, stage)) return FailedPrecondition("of a later stage");
  std::vector<schedule::Outgoing> replies;
  if (message.stage != stage) {
    const bool late = message.stage == Stage::kRound && past_rounds != nullptr;
    if (late) {
      ASSIGN_OR_RETURN(replies,
                       past_rounds->Receive(neighbour, schedule::Incoming::Whole(message.body)));
    }
  } else if (sums_exchange) {
    ASSIGN_OR_RETURN(replies,
                     sums_exchange->Receive(neighbour, schedule::Incoming::Whole(message.body)));
  } else if (exchange) {
    ASSIGN_OR_RETURN(replies,
                     exchange->Receive(neighbour, schedule::Incoming::Whole(message.body)));
  } else {
    return FailedPrecondition("before the exchange");
  }
  SendOf(message.stage, std::move(replies));
  return OkStatus();
}

}  // namespace consilium::federation
