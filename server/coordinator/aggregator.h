#ifndef CONSILIUM_SERVER_COORDINATOR_AGGREGATOR_H_
#define CONSILIUM_SERVER_COORDINATOR_AGGREGATOR_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/status.h"
#include "server/data/schema.h"
#include "server/federation/member.h"
#include "server/federation/plan.h"
#include "server/federation/wire/chunks.h"

namespace consilium {

// The coordinator's own part in a run whose plan makes it the aggregator: it adds up what the sites
// send, with weight 0 itself. Not thread-safe.
class Aggregator {
 public:
  struct Outlets {
    std::function<void(PeerMessage message)> send;
    std::function<void(const LinkBroken& broken)> broken;
  };

  // `schema` fixes the layout of what is added up; it must be the sites'.
  static StatusOr<std::unique_ptr<Aggregator>> Create(const std::string& run, const Plan& plan,
                                                      const Schema& schema, const Clock& clock,
                                                      Outlets outlets);

  Status Handle(const Assignment& assignment);
  void Handle(v1::PeerChunk& chunk);

  void Tick();
  std::optional<Time> NextDeadline() const { return member_->NextDeadline(); }

 private:
  Aggregator(std::unique_ptr<Member> member, ChunkAssembler::Limits limits, const Clock& clock,
             Outlets outlets)
      : member_(std::move(member)),
        assembler_(limits),
        clock_(clock),
        outlets_(std::move(outlets)) {}
  void Do(MemberActions actions);

  std::unique_ptr<Member> member_;
  ChunkAssembler assembler_;
  const Clock& clock_;
  Outlets outlets_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_COORDINATOR_AGGREGATOR_H_
