#include "server/federation/wire/convert.h"

#include <limits>

#include "proto/federation.pb.h"
#include "tests/support/matchers.h"

namespace consilium::federation {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

const std::string kDigest(64, 'a');

v1::Offer WireOffer() {
  Offer offer;
  offer.run = "heart";
  offer.weights = {1, 2};
  offer.layout_digest = kDigest;
  v1::Offer wire;
  Encode(offer, wire);
  return wire;
}

TEST(ConvertTest, AnAssignmentComesBackAsItWas) {
  const Assignment assignment{.run = "heart",
                              .generation = 3,
                              .participants = {{"cleveland", {1.5F, 0.F}, true, false},
                                               {"coordinator", {0.F, 0.F}, false, true}},
                              .edges = {{0, 1}},
                              .first_round = 12};
  v1::Assignment wire;
  Encode(assignment, wire);
  const auto back = Decode(wire);
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(*back, assignment);
}

TEST(ConvertTest, AReportComesBackAsItWas) {
  SiteReport report{.run = "heart",
                    .generation = 2,
                    .rounds_completed = 40,
                    .report = {.training_patients = 200, .held_out_patients = 50, .outcomes = {}},
                    .model_digest = kDigest,
                    .bytes_sent = 10,
                    .bytes_uncompressed = 100};
  training::ModelReport& model = report.report.outcomes.emplace_back().models.emplace_back();
  model.model = "federated";
  model.scores.auroc = 0.9;
  v1::SiteReport wire;
  Encode(report, wire);
  EXPECT_EQ(wire.model_sha256().size(), 32U);
  const auto back = Decode(wire);
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(back->model_digest, kDigest);
  ASSERT_EQ(back->report.outcomes.size(), 1U);
  EXPECT_EQ(back->report.outcomes[0].models[0].scores.auroc, 0.9);
  EXPECT_FALSE(back->report.outcomes[0].models[0].scores.macro_f1.has_value());
}

TEST(ConvertTest, RefusesAnOfferWithAWeightThatIsNoNumber) {
  v1::Offer wire = WireOffer();
  ASSERT_THAT(Decode(wire), IsOk());
  for (const float bad : {-1.F, 1e-20F, 1e12F, std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity()}) {
    wire.set_weights(1, bad);
    EXPECT_THAT(Decode(wire), StatusIs(StatusCode::kInvalidArgument, HasSubstr("weight")));
  }
}

TEST(ConvertTest, RefusesADigestOfAnotherLength) {
  v1::Offer wire = WireOffer();
  wire.set_layout_sha256("short");
  EXPECT_THAT(Decode(wire), StatusIs(StatusCode::kInvalidArgument, HasSubstr("layout digest")));
}

TEST(ConvertTest, RefusesNamesThatCouldMisleadALogOrAPath) {
  v1::Ended wire;
  for (const std::string bad : {"", "../etc", "a\nb", "a b"}) {
    wire.set_run(bad);
    EXPECT_THAT(Decode(wire), StatusIs(StatusCode::kInvalidArgument, HasSubstr("run")));
  }
  wire.set_run(std::string(1000, 'a'));
  EXPECT_THAT(Decode(wire), StatusIs(StatusCode::kInvalidArgument));
}

TEST(ConvertTest, RefusesAnEdgeOutsideTheParticipants) {
  v1::Assignment wire;
  wire.set_run("heart");
  wire.add_participants()->set_site("a");
  v1::Edge& edge = *wire.add_edges();
  edge.set_a(0);
  edge.set_b(1);
  EXPECT_THAT(Decode(wire), StatusIs(StatusCode::kInvalidArgument, HasSubstr("edge 0 - 1")));
}

TEST(ConvertTest, RefusesProgressOfAnUnknownStageOrWithALossThatIsNoNumber) {
  v1::Progress wire;
  wire.set_run("heart");
  EXPECT_THAT(Decode(wire), StatusIs(StatusCode::kInvalidArgument, HasSubstr("stage")));
  wire.set_stage(v1::ROUND);
  ASSERT_THAT(Decode(wire), IsOk());
  wire.set_training_loss(std::numeric_limits<double>::quiet_NaN());
  EXPECT_THAT(Decode(wire), StatusIs(StatusCode::kInvalidArgument, HasSubstr("finite")));
}

}  // namespace
}  // namespace consilium::federation
