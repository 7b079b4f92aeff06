#include "server/coordinator/passing_aggregator.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/crc32c.h"
#include "fmt/format.h"
#include "proto/federation.pb.h"
#include "server/coordinator/mean_message.h"
#include "server/federation/wire/chunks.h"

namespace consilium::coordinator {
namespace {

// A chunk whose sender is not read on until it is taken.
struct HeldChunk {
  v1::PeerChunk chunk;
  std::function<void()> resume;
};

struct Child {
  std::string site;
  bool given_up = false;  // not waited for in this round
  // Up, in the phase under way.
  bool begun = false;    // its message has
  bool counted = false;  // it is in the mean
  uint64_t total = 0;    // of the message
  uint64_t offset = 0;   // the next chunk's
  uint32_t crc = 0;      // of the message up to there
  std::optional<HeldChunk> held;
  // Down, of the last mean.
  bool in_mean = false;
  uint64_t sent = 0;
  bool waits_for_room = false;

  bool whole() const { return begun && offset == total; }
};

// Every phase has its ordinal number in the generation, which is the sequence of all its messages.
// It gathers the sites until a message of each has begun, or the deadline passes; then it forms the
// mean of those, while the chunks of it that are ready go down already.
class PassingAggregator final : public Aggregator,
                                public std::enable_shared_from_this<PassingAggregator> {
 public:
  PassingAggregator(std::string run, federation::MeanStages::Options options, const Clock& clock,
                    Outlets outlets)
      : run_(std::move(run)),
        options_(std::move(options)),
        clock_(clock),
        outlets_(std::move(outlets)) {}
  ~PassingAggregator() override { Rest(); }

  Status Handle(const federation::Assignment& assignment) override {
    if (assignment.generation <= generation_) return OkStatus();
    Rest();
    auto stages = federation::MeanStages::Begin(options_, assignment);
    if (stages.status().code() == StatusCode::kNotFound) return OkStatus();
    RETURN_IF_ERROR(stages.status());
    generation_ = assignment.generation;
    for (const federation::Participant& participant : assignment.participants) {
      if (participant.site == options_.site) continue;
      children_.emplace_back();
      children_.back().site = participant.site;
    }
    ordinal_ = 0;
    stages_ = *std::move(stages);
    Gather();
    return OkStatus();
  }

  void Handle(v1::PeerChunk& chunk, std::function<void()> resume) override {
    const auto child = std::ranges::find(children_, chunk.from(), &Child::site);
    if (!Forms() || chunk.generation() != generation_ || child == children_.end()) return resume();
    const bool late = chunk.sequence() < ordinal_ || (!gathering_ && !child->counted);
    if (late) return resume();
    if (const Status fits = Check(*child, chunk); !fits.ok()) {
      resume();
      return Break(child->site, fits);
    }
    child->begun = true;
    child->total = chunk.total_bytes();
    child->offset += chunk.bytes().size();
    child->held.emplace();
    child->held->chunk.Swap(&chunk);
    child->held->resume = std::move(resume);
    Advance();
  }

  void Left(const std::string& site) override {
    const auto child = std::ranges::find(children_, site, &Child::site);
    if (!Forms() || child == children_.end()) return;
    if (!child->whole() && child->counted) return Rest();
    if (!child->whole()) {
      const bool given_up = child->given_up;
      *child = Child();
      child->site = site;
      child->given_up = given_up;
    }
    child->sent = mean_ ? mean_->total_bytes() : 0;
  }

  void Rest() override {
    deadline_.reset();
    stages_.reset();
    mean_.reset();
    for (Child& child : std::exchange(children_, {})) {
      if (child.held) child.held->resume();
    }
  }

  void Tick() override {
    if (!deadline_ || clock_.Now() < *deadline_) return;
    deadline_ = clock_.Now() + options_.plan.round_deadline;
    if (!gathering_) return StallTheSlowest();
    if (std::ranges::none_of(children_, &Child::begun)) return;  // of nobody there is no mean
    std::vector<std::string> missed;
    for (Child& child : children_) {
      if (child.begun || child.given_up) continue;
      child.given_up = true;
      missed.push_back(child.site);
    }
    const uint64_t generation = generation_;
    Advance();
    for (const std::string& site : missed) outlets_.missed(generation, site);
  }

  std::optional<Time> NextDeadline() const override { return deadline_; }

 private:
  bool Forms() const { return stages_ && stages_->mean() != nullptr; }

  Status Check(const Child& child, const v1::PeerChunk& chunk) const {
    const size_t size = chunk.bytes().size();
    const uint64_t same = child.begun ? child.total : chunk.total_bytes();
    const uint64_t expected = stages_->mean()->message_bytes().value_or(same);
    if (chunk.sequence() != ordinal_ || child.held ||
        chunk.stage() != static_cast<v1::Stage>(stages_->stage()) ||
        static_cast<int>(chunk.round()) != stages_->round()) {
      return DataLoss(
          "message {} of {} round {} from {}, expected message {} of {} round {}", chunk.sequence(),
          federation::Name(static_cast<federation::Stage>(chunk.stage())), chunk.round(),
          child.site, ordinal_, federation::Name(stages_->stage()), stages_->round());
    }
    if (chunk.total_bytes() != expected || size > federation::kLargestChunkBytes || size == 0 ||
        chunk.offset() != child.offset || size > expected - child.offset) {
      return InvalidArgument(
          "{} bytes at {} of {} from {}, expected up to {} at {} of {}: shape or compression "
          "differ, or chunks are lost",
          size, chunk.offset(), chunk.total_bytes(), child.site, federation::kLargestChunkBytes,
          child.offset, expected);
    }
    const uint32_t crc = ContinueCrc32c(child.crc, chunk.bytes());
    if (crc == chunk.crc32c()) return OkStatus();
    return DataLoss("message {} from {} has checksum {:08x} up to byte {}, expected {:08x}",
                    chunk.sequence(), child.site, crc, child.offset + size, chunk.crc32c());
  }

  void Gather() {
    gathering_ = true;
    deadline_.reset();
    if (stages_->mean() == nullptr) return;
    deadline_ = clock_.Now() + options_.plan.round_deadline;
    for (Child& child : children_) {
      child.begun = child.counted = false;
      child.offset = child.total = child.crc = 0;
      if (stages_->mean()->phase() == 0) child.given_up = false;
    }
  }

  // As far as possible without another chunk.
  void Advance() {
    while (Forms()) {
      if (gathering_ && !Start()) return;
      if (const auto refused = TakeAll()) return Break(refused->first, refused->second);
      mean_->Append(stages_->mean()->TakeFormed());
      if (stages_->mean()->complete()) mean_->End();
      for (size_t i = 0; i < children_.size(); ++i) PassDown(i);
      if (!stages_->mean()->complete()) return;
      for (Child& child : children_) Release(child);
      ++ordinal_;
      if (const Status next = stages_->Next(); !next.ok()) return Break(options_.site, next);
      Gather();
    }
  }

  // False while somebody is waited for.
  bool Start() {
    std::vector<bool> counted;
    for (Child& child : children_) {
      if (!child.begun && !child.given_up) return false;
      counted.push_back(child.begun);
    }
    if (std::ranges::none_of(counted, [](bool one) { return one; })) return false;
    for (const Child& child : children_) {
      if (mean_ == nullptr || child.sent >= mean_->total_bytes()) continue;
      Stall(child, fmt::format("at byte {} of the mean it is sent", child.sent));
      return false;
    }
    schedule::MeanRoot& mean = *stages_->mean();
    mean.Include(counted);
    const bool all = std::ranges::all_of(counted, [](bool one) { return one; });
    federation::PeerMessage header{run_,          generation_, stages_->stage(), stages_->round(),
                                   options_.site, "",          ordinal_,         ""};
    header.chunk_bytes = federation::ChunkBytesAmong(children_.size());
    mean_ = std::make_unique<MeanMessage>(std::move(header), mean.Beginning(true),
                                          all ? "" : mean.Beginning(false), mean.mean_bytes(),
                                          mean_ ? mean_->TakeRoom() : std::string());
    for (size_t i = 0; i < children_.size(); ++i) {
      children_[i].counted = children_[i].in_mean = counted[i];
      children_[i].sent = 0;
      if (!counted[i]) Release(children_[i]);
    }
    gathering_ = false;
    deadline_ = clock_.Now() + options_.plan.round_deadline;
    return true;
  }

  // Takes what is held, as far as the sites are in step; a site and why it is refused.
  std::optional<std::pair<std::string, Status>> TakeAll() {
    schedule::MeanRoot& mean = *stages_->mean();
    for (bool moved = true; moved;) {
      moved = false;
      for (size_t i = 0; i < children_.size(); ++i) {
        Child& child = children_[i];
        if (!child.held || mean.Waits(i)) continue;
        moved = true;
        child.crc = child.held->chunk.crc32c();
        const Status taken =
            mean.Take(i, std::move(*child.held->chunk.mutable_bytes()), child.whole());
        Release(child);
        if (!taken.ok()) return std::pair(children_[mean.refused()].site, taken);
      }
    }
    return std::nullopt;
  }

  void Release(Child& child) {
    if (!child.held) return;
    const auto resume = std::move(child.held->resume);
    child.held.reset();
    resume();
  }

  void PassDown(size_t number) {
    Child& child = children_[number];
    if (child.waits_for_room || mean_ == nullptr || child.sent >= mean_->total_bytes()) return;
    if (!mean_->Ready(child.sent)) return;
    v1::PeerChunk chunk;
    mean_->Fill(child.sent, child.in_mean, chunk);
    chunk.set_to(child.site);
    child.sent += chunk.bytes().size();
    child.waits_for_room = true;
    outlets_.forward(chunk, [self = weak_from_this(), generation = generation_, number] {
      const auto still = self.lock();
      if (still && still->generation_ == generation) still->HasRoom(number);
    });
  }

  void HasRoom(size_t number) {
    if (number >= children_.size()) return;
    children_[number].waits_for_room = false;
    PassDown(number);
  }

  void StallTheSlowest() {
    for (size_t i = 0; i < children_.size(); ++i) {
      const Child& child = children_[i];
      if (!child.counted || child.held || stages_->mean()->Waits(i)) continue;
      if (child.whole()) continue;
      return Stall(child, fmt::format("at byte {} of a message of {}", child.offset, child.total));
    }
  }

  // Both let go of everything: what comes of this generation from now on is dropped.
  void Stall(const Child& child, const std::string& where) {
    const std::string site = child.site;
    Rest();
    outlets_.stalled(generation_, site, where);
  }
  void Break(const std::string& site, const Status& why) {
    Rest();
    outlets_.broken({run_, generation_, site, std::string(Message(why))});
  }

  const std::string run_;
  const federation::MeanStages::Options options_;
  const Clock& clock_;
  const Outlets outlets_;

  uint64_t generation_ = 0;
  std::unique_ptr<federation::MeanStages>
      stages_;                   // null: nothing is to be done in this generation
  std::vector<Child> children_;  // in the order of the sites
  uint64_t ordinal_ = 0;         // of the phase under way
  bool gathering_ = true;
  std::unique_ptr<MeanMessage> mean_;  // being formed, or the last one while it is sent
  std::optional<Time> deadline_;
};

}  // namespace

std::shared_ptr<Aggregator> MakePassingAggregator(const std::string& run,
                                                  federation::MeanStages::Options options,
                                                  const Clock& clock, Aggregator::Outlets outlets) {
  return std::make_shared<PassingAggregator>(run, std::move(options), clock, std::move(outlets));
}

}  // namespace consilium::coordinator
