#include "server/coordinator/active_runs.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/federation.pb.h"
#include "server/federation/wire/convert.h"
#include "server/storage/database.h"
#include "server/storage/runs.h"
#include "tests/support/fake_clock.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::coordinator {
namespace {

using testing::FakeClock;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::StatusIs;
using testing::TemporaryFolder;

// A node's stream that goes nowhere.
class Inbound final : public Attachment {
 public:
  const NodeHello& hello() const override { return hello_; }
  void Send(v1::ToNode message) override { said.push_back(std::move(message)); }
  void Send(federation::PeerMessage) override {}
  void Forward(v1::PeerChunk&, std::function<void()> resume) override { resume(); }
  void Beat(uint64_t) override {}
  bool Resume(const std::shared_ptr<NodeStream>&, v1::ToNode) override { return false; }
  void Break(const Status&) override {}
  bool Lost(const NodeStream&) override { return false; }
  bool has_stream() const override { return true; }
  void Close(const Status&) override {}
  bool closed() const override { return false; }
  Time last_heard() const override { return {}; }

  std::vector<uint64_t> Generations() const {
    std::vector<uint64_t> generations;
    for (const v1::ToNode& message : said) {
      if (message.has_assignment()) generations.push_back(message.assignment().generation());
    }
    return generations;
  }

  std::vector<v1::ToNode> said;

 private:
  NodeHello hello_;
};

constexpr char kSchema[] =
    "schema = 's'\nversion = 1\n[[features]]\nkey = 'x'\nkind = 'continuous'\nunit = '1'\n"
    "range = { min = 0, max = 9 }\n[[outcomes]]\nkey = 'y'\n"
    "classes = [{ value = 'no' }, { value = 'yes' }]\n";

class ActiveRunsTest : public ::testing::Test {
 protected:
  ActiveRunsTest()
      : database_(*storage::Database::Open(folder_.path(), storage::CoordinatorFormat())),
        stored_(*database_),
        runs_(stored_, switchboard_, routes_, schema_, clock_, [](std::function<void()>) {}) {
    for (const char* site : {"a", "b"}) {
      streams_[site] = std::make_shared<Inbound>();
      switchboard_.Connect(site, streams_[site]);
    }
  }

  void AttachAndOffer(const std::string& site) {
    runs_.Attached(site);
    v1::FromNode message;
    federation::Encode(federation::Offer{"r1", {1, 1}, 0, false, 10, std::string(64, 'a')},
                       *message.mutable_offer());
    runs_.Said(site, message);
  }

  void Execute(const std::string& sql) {
    MutexLock lock(database_->mutex());
    ASSERT_THAT(database_->Execute(sql), IsOk());
  }

  FakeClock clock_;
  TemporaryFolder folder_;
  const data::Schema schema_ = *data::ParseSchema(kSchema, "schema");
  std::unique_ptr<storage::Database> database_;
  storage::Runs stored_;
  Switchboard switchboard_;
  Routes routes_;
  std::map<std::string, std::shared_ptr<Inbound>> streams_;
  ActiveRuns runs_;
};

TEST_F(ActiveRunsTest, WhatCouldNotBeStoredIsStoredAndSentLater) {
  ASSERT_THAT(runs_.Start("key", "r1", "[run]\nsites = ['a', 'b']\n").status(), IsOk());
  Execute("ALTER TABLE runs RENAME TO lost");
  AttachAndOffer("a");
  AttachAndOffer("b");
  EXPECT_THAT(streams_["a"]->Generations(), IsEmpty());
  EXPECT_THAT((*runs_.Find("r1"))->record().reason, HasSubstr("cannot be stored"));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(runs_.NextDeadline().has_value());
    clock_.Advance(*runs_.NextDeadline() - clock_.Now());
    runs_.Tick();
    AttachAndOffer("b");  // each time a new generation
  }
  EXPECT_THAT(streams_["a"]->Generations(), IsEmpty());
  Execute("ALTER TABLE lost RENAME TO runs");
  clock_.Advance(Seconds(1));
  runs_.Tick();
  const uint64_t generation = (*runs_.Find("r1"))->record().generation;
  for (const char* site : {"a", "b"}) {
    EXPECT_THAT(streams_[site]->Generations(), ::testing::ElementsAre(generation)) << site;
  }
  EXPECT_EQ((*runs_.Find("r1"))->record().reason, "");
  EXPECT_FALSE(runs_.NextDeadline().has_value());
  EXPECT_EQ((*stored_.Load())[0].generation, generation);
}

TEST_F(ActiveRunsTest, APlanWhoseRoundsCannotBeMadeIsRefusedAtOnce) {
  const auto refused = runs_.Start("key", "r1",
                                   "[run]\nsites = ['a', 'b']\n[compression]\n"
                                   "kind = 'low_rank'\nbyte_budget = 1\n");
  EXPECT_THAT(refused.status(), StatusIs(StatusCode::kInvalidArgument, HasSubstr("a budget of")));
  EXPECT_TRUE(runs_.List().empty());
}

TEST_F(ActiveRunsTest, ChunksPassBetweenParticipantsUntilTheRunEnds) {
  ASSERT_THAT(runs_.Start("key", "r1", "[run]\nsites = ['a', 'b']\n").status(), IsOk());
  AttachAndOffer("a");
  AttachAndOffer("b");
  v1::PeerChunk chunk;
  chunk.set_run("r1");
  chunk.set_generation(1);
  chunk.set_from("a");
  chunk.set_to("b");
  EXPECT_TRUE(routes_.Allows(chunk));
  EXPECT_THAT(runs_.Stop("r1", "the test").status(), IsOk());
  EXPECT_FALSE(routes_.Allows(chunk));
}

}  // namespace
}  // namespace consilium::coordinator
