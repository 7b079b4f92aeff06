#include "tests/server/coordinator/aggregator_bench.h"

#include <utility>

#include "fmt/format.h"
#include "server/federation/run_record.h"
#include "tests/server/coordinator/member_aggregator.h"

namespace consilium::testing {
namespace {

federation::Plan PlanOf(int sites, const std::string& schedule, const std::string& more) {
  std::string names;
  for (int i = 0; i < sites; ++i) names += fmt::format("\"site-{}\", ", i);
  return *federation::ParsePlan(
      fmt::format("[run]\nsites = [{}]\nrounds = 3\nround_deadline_seconds = 10\n"
                  "[schedule]\nkind = \"{}\"\naggregator = \"coordinator\"\n"
                  "topology = \"star\"\n{}",
                  names, schedule, more.empty() ? "[compression]\nkind = \"identity\"\n" : more),
      "plan");
}

FlatShape ShapeOf(size_t parameters) {
  const size_t first = parameters / 3 / 10 * 10;
  return {.blocks = {{0, first}, {first, parameters - first}},
          .matrices = {{0, static_cast<int>(first / 10), 10, 0},
                       {first, static_cast<int>(parameters - first), 1, 1}}};
}

}  // namespace

AggregatorBench::AggregatorBench(Kind kind, int sites, size_t parameters, const std::string& plan,
                                 const std::string& schedule)
    : plan_(PlanOf(sites, schedule, plan)) {
  federation::MemberOptions options;
  options.run = "run";
  options.plan = plan_;
  options.shape = ShapeOf(parameters);
  options.statistics = {1, 2, 3};
  options.initial.assign(parameters, 0.5F);
  options.layout_digest = "x";
  for (int i = 0; i < sites; ++i) {
    options.site = fmt::format("site-{}", i);
    options.weights = {static_cast<float>(i + 1), i == 1 ? 0.0F : 2.0F};
    Site& site = sites_[options.site];
    site.weights = options.weights;
    site.assembler = std::make_unique<federation::ChunkAssembler>(
        federation::ChunkAssembler::Limits{.largest_message = 1 << 30, .most_senders = 2});
    site.member = *federation::Member::Create(options, clock);
  }
  coordinator::Aggregator::Outlets outlets;
  outlets.forward = [this](v1::PeerChunk& chunk, std::function<void()> room) {
    Site& site = sites_.at(chunk.to());
    site.down.emplace_back().Swap(&chunk);
    site.rooms.push_back(std::move(room));
  };
  outlets.send = [this](federation::PeerMessage message) {
    Site& site = sites_.at(message.to);
    federation::MessageDivider divider(std::move(message));
    while (!divider.done()) divider.Next(site.down.emplace_back());
  };
  outlets.broken = [this](const federation::LinkBroken& link) { broken.push_back(link); };
  outlets.missed = [this](uint64_t, const std::string& site) { missed.push_back(site); };
  outlets.stalled = [this](uint64_t, const std::string& site, const std::string&) {
    stalled.push_back(site);
  };
  options.site = federation::kCoordinatorSite;
  options.weights = {0, 0};
  options.initial.assign(parameters, 0);
  options.statistics = {0, 0, 0};
  options.aggregator = true;
  if (kind == Kind::kMember) {
    aggregator = *MakeMemberAggregator(options, clock, outlets);
  } else {
    aggregator = coordinator::MakePassingAggregator("run",
                                                    {.site = federation::kCoordinatorSite,
                                                     .plan = plan_,
                                                     .shape = options.shape,
                                                     .statistics = 3},
                                                    clock, outlets);
  }
}

void AggregatorBench::Assign(uint64_t generation) {
  federation::Assignment assignment;
  assignment.run = "run";
  assignment.generation = generation;
  const int hub = static_cast<int>(sites_.size());
  for (auto& [name, site] : sites_) {
    assignment.edges.emplace_back(static_cast<int>(assignment.participants.size()), hub);
    assignment.participants.push_back({name, site.weights, false, false});
    site.up.clear();
    site.down.clear();
    site.rooms.clear();
  }
  assignment.participants.push_back({federation::kCoordinatorSite, {0, 0}, false, true});
  for (auto& [name, site] : sites_) Do(name, *site.member->Handle(assignment));
  (void)aggregator->Handle(assignment);
}

void AggregatorBench::Do(const std::string& name, federation::MemberActions actions) {
  Site& site = sites_.at(name);
  for (federation::MemberAction& action : actions) {
    if (auto* message = std::get_if<federation::PeerMessage>(&action)) {
      federation::MessageDivider divider(std::move(*message));
      while (!divider.done()) divider.Next(site.up.emplace_back());
    } else if (auto* train = std::get_if<federation::TrainRound>(&action)) {
      tasks_.push_back([this, name, train = std::move(*train)]() mutable {
        Random random(Random::Named(static_cast<uint64_t>(train.round), name, 0).Bits());
        for (float& x : train.parameters) x += static_cast<float>(random.Uniform());
        rounds[name] = train.round;
        Do(name, sites_.at(name).member->Trained(train.ticket, train.parameters, 0, ""));
      });
    } else if (auto* save = std::get_if<federation::SaveCheckpoint>(&action)) {
      if (save->checkpoint.consensus) finals[name] = save->checkpoint.parameters;
    }
  }
}

void AggregatorBench::Up(const std::string& name) {
  Site& site = sites_.at(name);
  v1::PeerChunk chunk = std::move(site.up.front());
  site.up.pop_front();
  if (damage) damage(chunk);
  site.reads_on = false;
  aggregator->Handle(chunk, [&site] { site.reads_on = true; });
}

void AggregatorBench::Down(const std::string& name) {
  Site& site = sites_.at(name);
  v1::PeerChunk chunk = std::move(site.down.front());
  site.down.pop_front();
  if (!site.rooms.empty()) {
    tasks_.push_back(std::move(site.rooms.front()));
    site.rooms.erase(site.rooms.begin());
  }
  auto message = site.assembler->Accept(chunk);
  if (!message.ok())
    return broken.push_back({"run", 0, name, std::string(message.status().message())});
  if (*message) Do(name, site.member->Handle(*std::move(*message)));
}

bool AggregatorBench::Step(Random& random) {
  std::vector<std::function<void()>> moves;
  if (!tasks_.empty()) {
    moves.push_back([this] {
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    });
  }
  for (auto& [name, site] : sites_) {
    const bool sends = site.reads_on && !site.up.empty() && !mute.contains(name);
    if (sends) moves.push_back([this, &name = name] { Up(name); });
    const bool takes = !site.down.empty() && !unread.contains(name);
    if (takes) moves.push_back([this, &name = name] { Down(name); });
  }
  if (moves.empty()) return false;
  moves[random.Below(moves.size())]();
  return true;
}

void AggregatorBench::RunUntilChunk(Random& random, const std::string& name, size_t chunk) {
  const Site& site = sites_.at(name);
  while (true) {
    if (!site.up.empty() && site.up.front().stage() == v1::ROUND &&
        site.up.front().offset() == chunk * federation::kLargestChunkBytes) {
      return;
    }
    if (!Step(random)) return;
  }
}

size_t AggregatorBench::held() const {
  size_t held = 0;
  for (const auto& [name, site] : sites_) held += site.reads_on ? 0 : 1;
  return held;
}

}  // namespace consilium::testing
