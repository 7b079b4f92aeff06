#ifndef CONSILIUM_TESTS_SERVER_COORDINATOR_AGGREGATOR_BENCH_H_
#define CONSILIUM_TESTS_SERVER_COORDINATOR_AGGREGATOR_BENCH_H_

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "proto/federation.pb.h"
#include "server/coordinator/passing_aggregator.h"
#include "server/federation/member.h"
#include "server/federation/wire/chunks.h"
#include "tests/support/fake_clock.h"

namespace consilium::testing {

// An aggregator with the members of its sites, joined by streams of chunks that a test can hold up:
// what a site sends is handed over chunk by chunk, the next one only when it is asked for.
class AggregatorBench {
 public:
  enum class Kind { kPassing, kMember };

  // Every site has `parameters` numbers in two modules, and its own weights.
  AggregatorBench(Kind kind, int sites, size_t parameters, const std::string& plan = "",
                  const std::string& schedule = "all_reduce");

  // Publishes a generation of all sites from round 1.
  void Assign(uint64_t generation = 1);

  // Hands over a chunk or does a piece of work, chosen by `random`; false if there is none.
  bool Step(Random& random);
  void Settle(Random& random) {
    while (Step(random)) {
    }
  }
  // Steps until the chunk that the site sends next is the `chunk`th of its message of a round.
  void RunUntilChunk(Random& random, const std::string& site, size_t chunk);

  // A site's chunks that wait at the site, and those that the aggregator has not asked on after.
  size_t waiting(const std::string& site) { return sites_.at(site).up.size(); }
  size_t held() const;

  FakeClock clock;
  std::set<std::string> mute;                        // sites that send nothing for now
  std::set<std::string> unread;                      // sites that take nothing for now
  std::function<void(v1::PeerChunk& chunk)> damage;  // of what goes up
  std::map<std::string, std::vector<float>> finals;
  std::map<std::string, int> rounds;
  std::vector<federation::LinkBroken> broken;
  std::vector<std::string> missed;
  std::vector<std::string> stalled;
  std::shared_ptr<coordinator::Aggregator> aggregator;

 private:
  struct Site {
    std::unique_ptr<federation::Member> member;
    std::unique_ptr<federation::ChunkAssembler> assembler;
    std::vector<float> weights;
    std::deque<v1::PeerChunk> up;
    std::deque<v1::PeerChunk> down;
    std::vector<std::function<void()>> rooms;
    bool reads_on = true;  // the aggregator asked for the next chunk
  };
  void Do(const std::string& name, federation::MemberActions actions);
  void Up(const std::string& name);
  void Down(const std::string& name);

  const federation::Plan plan_;
  std::map<std::string, Site> sites_;
  std::deque<std::function<void()>> tasks_;
};

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SERVER_COORDINATOR_AGGREGATOR_BENCH_H_
