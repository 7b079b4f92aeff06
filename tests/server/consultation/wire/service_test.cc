#include "server/consultation/wire/service.h"

#include <grpcpp/grpcpp.h>

#include <thread>

#include "base/security/digest.h"
#include "client/api/consultation_client.h"
#include "gtest/gtest.h"
#include "tests/server/consultation/release_of.h"
#include "tests/support/fake_clock.h"
#include "tests/support/loopback.h"
#include "tests/support/matchers.h"

namespace consilium::consultation {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::Loopback;
using testing::ReleaseOf;
using testing::StatusIs;

// A node's consultations over mutual TLS, and a clinician.
class ConsultationServiceTest : public ::testing::Test {
 protected:
  std::unique_ptr<api::ConsultationClient> ClientOf(security::Role role) {
    const security::TlsFiles files = authority_.Issue(role, "someone");
    return api::ConsultationClient::Create({.target = node_.target(), .files = files, .host = ""})
        .value();
  }

  static ConsultationServing Serving() {
    ConsultationServing serving;
    serving.site = "va";
    serving.schema = testing::ModelOf(1, 6, 3).schema;
    serving.schema_digest = std::string(32, '\7');
    serving.limits = {.open = 2, .idle = Seconds(60)};
    return serving;
  }

  testing::ThrowawayAuthority authority_;
  testing::FakeClock clock_;
  Releases releases_;
  const std::unique_ptr<ConsultationService> service_ =
      ConsultationService::Create(Serving(), releases_, clock_);
  Loopback node_{
      authority_.Issue(security::Role::kNode, "va"),
      [this](grpc::ServerBuilder& builder) { builder.RegisterService(&service_->grpc_service()); }};
};

api::Act ActOf(api::Act::Kind kind, const std::string& feature, const std::string& value = "") {
  return {kind, feature, value, "", 0};
}

api::Act BeginWith(uint32_t suggestions) {
  return {api::Act::Kind::kBegin, "", "", "", suggestions};
}

TEST_F(ConsultationServiceTest, AConsultationOverTheNetworkEqualsOneInProcess) {
  releases_.Publish(ReleaseOf(1));
  const auto client = ClientOf(security::Role::kClinician);
  const auto channel = client->Consult();
  ASSERT_THAT(channel->Send(BeginWith(2)), IsOk());
  ASSERT_THAT(channel->Send(ActOf(api::Act::Kind::kObserve, "f0", "12")), IsOk());
  ASSERT_THAT(channel->Send(ActOf(api::Act::Kind::kObserve, "f2", "b")), IsOk());
  ASSERT_THAT(channel->Send(ActOf(api::Act::Kind::kWhatIf, "f1", "1")), IsOk());
  ASSERT_THAT(channel->Send(ActOf(api::Act::Kind::kRevise, "f0", "30")), IsOk());
  ASSERT_THAT(channel->Send(ActOf(api::Act::Kind::kWithdraw, "f2")), IsOk());
  const auto last = channel->Send(ActOf(api::Act::Kind::kUnknown, "f3"));
  ASSERT_THAT(last, IsOk());

  Session session(ReleaseOf(1), 2);
  Step step;
  session.Take(Observe{{"f0", 30.0, ""}}, step);
  session.Take(MarkUnknown{"f3"}, step);
  ASSERT_EQ(last->outcomes.size(), 3U);
  EXPECT_EQ(last->outcomes[1].classes[2].label, "grave");
  EXPECT_EQ(last->outcomes[1].classes[2].probability, static_cast<double>(step.probabilities[4]));
  EXPECT_EQ(last->answers, 1);
  EXPECT_EQ(last->missing.size(), step.missing.size());
  ASSERT_EQ(last->next.size(), 2U);
  EXPECT_EQ(last->next[0].information_gain, step.suggestions[0].information_gain);
  EXPECT_EQ(last->model, "run1@aaaaaaaa");
}

TEST_F(ConsultationServiceTest, ARefusalComesBackWithItsReasonAndTheConsultationGoesOn) {
  releases_.Publish(ReleaseOf(1));
  const auto client = ClientOf(security::Role::kClinician);
  const auto channel = client->Consult();
  const auto refused = channel->Send(ActOf(api::Act::Kind::kObserve, "f0", "1000"));
  ASSERT_THAT(refused, IsOk());
  ASSERT_EQ(refused->rejections.size(), 1U);
  EXPECT_EQ(refused->rejections[0].reason, "OUT_OF_RANGE");
  EXPECT_TRUE(channel->Send(ActOf(api::Act::Kind::kObserve, "f0", "10"))->rejections.empty());
}

TEST_F(ConsultationServiceTest, PredictEqualsTheConsultationWithTheSameAnswers) {
  releases_.Publish(ReleaseOf(1));
  const auto client = ClientOf(security::Role::kClinician);
  const auto predicted = client->Predict(
      {ActOf(api::Act::Kind::kObserve, "f0", "12"), ActOf(api::Act::Kind::kObserve, "f9", "1"),
       ActOf(api::Act::Kind::kObserve, "f2", "b")},
      1);
  ASSERT_THAT(predicted, IsOk());
  ASSERT_EQ(predicted->rejections.size(), 1U);
  EXPECT_EQ(predicted->rejections[0].reason, "UNKNOWN_FEATURE");
  const auto channel = client->Consult();
  ASSERT_THAT(channel->Send(ActOf(api::Act::Kind::kObserve, "f0", "12")), IsOk());
  const auto step = channel->Send(ActOf(api::Act::Kind::kObserve, "f2", "b"));
  EXPECT_EQ(predicted->outcomes[0].classes[1].probability,
            step->outcomes[0].classes[1].probability);
  EXPECT_EQ(service_->open(), 1) << "what Predict opened is closed again";
}

TEST_F(ConsultationServiceTest, DescribesTheSchemaAndTheModel) {
  const auto client = ClientOf(security::Role::kClinician);
  const auto before = client->Describe();
  ASSERT_THAT(before, IsOk());
  EXPECT_EQ(before->site, "va");
  EXPECT_FALSE(before->model.has_value());
  EXPECT_THAT(client->Consult()->Send(BeginWith(1)),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("no model")));
  releases_.Publish(ReleaseOf(1));
  const auto after = client->Describe();
  ASSERT_TRUE(after->model.has_value());
  EXPECT_EQ(after->model->run, "run1");
  EXPECT_EQ(after->questions[1].key, "f2") << "in asking order";
  EXPECT_EQ(after->questions[1].choices.size(), 3U);
  EXPECT_EQ(after->questions[0].maximum, 100);
  EXPECT_EQ(after->questions[0].unit_label, "mmHg");
}

TEST_F(ConsultationServiceTest, OnlyAClinicianMayConsult) {
  releases_.Publish(ReleaseOf(1));
  EXPECT_THAT(ClientOf(security::Role::kOperator)->Consult()->Send(BeginWith(1)),
              StatusIs(StatusCode::kPermissionDenied));
}

TEST_F(ConsultationServiceTest, LimitsHowManyAreOpenAndAHangUpMakesRoom) {
  releases_.Publish(ReleaseOf(1));
  const auto client = ClientOf(security::Role::kClinician);
  auto first = client->Consult();
  const auto second = client->Consult();
  ASSERT_THAT(first->Send(BeginWith(1)), IsOk());
  ASSERT_THAT(second->Send(BeginWith(1)), IsOk());
  EXPECT_THAT(client->Consult()->Send(BeginWith(1)), StatusIs(StatusCode::kResourceExhausted));
  first.reset();
  while (service_->open() > 1) std::this_thread::yield();
  EXPECT_THAT(client->Consult()->Send(BeginWith(1)), IsOk());
}

TEST_F(ConsultationServiceTest, EndsWhatHasBeenSilentForTooLong) {
  releases_.Publish(ReleaseOf(1));
  const auto client = ClientOf(security::Role::kClinician);
  const auto channel = client->Consult();
  ASSERT_THAT(channel->Send(BeginWith(1)), IsOk());
  service_->EndIdle();
  ASSERT_THAT(channel->Send(ActOf(api::Act::Kind::kObserve, "f0", "12")), IsOk());
  while (service_->open() > 0) {
    clock_.Advance(Seconds(61));
    service_->EndIdle();
  }
  EXPECT_THAT(channel->Send(ActOf(api::Act::Kind::kObserve, "f1", "12")),
              StatusIs(StatusCode::kDeadlineExceeded, HasSubstr("silent")));
}

// Whichever comes first decides; a stream that was ended is not written to.
TEST_F(ConsultationServiceTest, ARequestThatCrossesTheEndForSilenceIsAnsweredOrTold) {
  releases_.Publish(ReleaseOf(1));
  const auto client = ClientOf(security::Role::kClinician);
  int crossed = 0;
  for (int i = 0; i < 200; ++i) {
    const auto channel = client->Consult();
    ASSERT_THAT(channel->Send(BeginWith(1)), IsOk());
    std::thread ending([this, i] {
      std::this_thread::sleep_for(std::chrono::microseconds(10 * (i % 40)));
      clock_.Advance(Seconds(61));
      service_->EndIdle();
    });
    const auto step = channel->Send(ActOf(api::Act::Kind::kObserve, "f0", "12"));
    ending.join();
    while (service_->open() > 0) {
      clock_.Advance(Seconds(61));
      service_->EndIdle();
    }
    if (step.ok()) continue;
    ++crossed;
    EXPECT_THAT(step, StatusIs(StatusCode::kDeadlineExceeded));
  }
  RecordProperty("crossed", crossed);
}

}  // namespace
}  // namespace consilium::consultation
