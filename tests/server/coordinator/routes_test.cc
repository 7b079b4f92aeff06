#include "server/coordinator/routes.h"

#include "gtest/gtest.h"
#include "proto/federation.pb.h"

namespace consilium::coordinator {
namespace {

federation::Assignment AssignmentOf(uint64_t generation, const std::vector<std::string>& sites) {
  federation::Assignment assignment;
  assignment.run = "r1";
  assignment.generation = generation;
  for (const std::string& site : sites) assignment.participants.push_back({site, {}, false, false});
  return assignment;
}

v1::PeerChunk Chunk(const std::string& from, const std::string& to, uint64_t generation) {
  v1::PeerChunk chunk;
  chunk.set_run("r1");
  chunk.set_generation(generation);
  chunk.set_from(from);
  chunk.set_to(to);
  return chunk;
}

TEST(RoutesTest, LeadBetweenTheParticipantsOfThePresentGenerationOnly) {
  Routes routes;
  EXPECT_FALSE(routes.Allows(Chunk("a", "b", 1)));
  routes.Open(AssignmentOf(1, {"a", "b", "c"}));
  EXPECT_TRUE(routes.Allows(Chunk("a", "b", 1)));
  EXPECT_FALSE(routes.Allows(Chunk("mallory", "b", 1)));
  EXPECT_FALSE(routes.Allows(Chunk("a", "mallory", 1)));
  EXPECT_FALSE(routes.Allows(Chunk("a", "b", ~0ULL)));
  routes.Open(AssignmentOf(2, {"a", "b"}));
  EXPECT_FALSE(routes.Allows(Chunk("a", "b", 1)));
  EXPECT_FALSE(routes.Allows(Chunk("c", "b", 2)));
  EXPECT_TRUE(routes.Allows(Chunk("b", "a", 2)));
  routes.Close("r1");
  EXPECT_FALSE(routes.Allows(Chunk("b", "a", 2)));
  EXPECT_EQ(routes.refused(), 7u);
}

}  // namespace
}  // namespace consilium::coordinator
