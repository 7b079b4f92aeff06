// Properties of every consultation, over random sequences of actions.
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "gtest/gtest.h"
#include "server/consultation/session.h"
#include "tests/server/consultation/release_of.h"

namespace consilium::consultation {
namespace {

constexpr uint64_t kSeed = 20261122;
constexpr int kFeatures = 9;

GivenAnswer RandomAnswer(Random& random) {
  const auto f = static_cast<int>(random.Below(kFeatures + 1));  // one does not exist
  GivenAnswer answer{"f" + std::to_string(f), 0.0, ""};
  const std::vector<std::string> words = {"a", "b", "c", "d", "7", "x y", "", "nan"};
  if (random.Uniform() < 0.5) {
    answer.value = words[random.Below(words.size())];
  } else {
    answer.value = -20 + 140 * random.Uniform();
  }
  if (random.Uniform() < 0.1) answer.unit = "kPa";
  return answer;
}

ConsultationAction RandomAction(Random& random) {
  GivenAnswer answer = RandomAnswer(random);
  switch (random.Below(8)) {
    case 0:
      return Revise{answer};
    case 1:
      return Withdraw{answer.feature};
    case 2:
      return MarkUnknown{answer.feature};
    case 3:
      return WhatIf{answer};
    case 4:
      return std::monostate();
    default:
      return Observe{answer};
  }
}

// The answers that count, in the order of first answering: what the session's state must equal.
class Ledger {
 public:
  void Note(const ConsultationAction& action) {
    if (const Observe* observe = std::get_if<Observe>(&action)) {
      answers_.push_back(observe->answer);
    } else if (const Revise* revise = std::get_if<Revise>(&action)) {
      for (GivenAnswer& answer : answers_) {
        if (answer.feature == revise->answer.feature) answer = revise->answer;
      }
    } else if (const Withdraw* withdraw = std::get_if<Withdraw>(&action)) {
      std::erase_if(answers_,
                    [&](const GivenAnswer& answer) { return answer.feature == withdraw->feature; });
    }
  }

  Step Replay(std::shared_ptr<const Release> release) const {
    Session session(std::move(release), 0);
    Step step;
    session.Describe(step);
    for (const GivenAnswer& answer : answers_) session.Take(Observe{answer}, step);
    return step;
  }

 private:
  std::vector<GivenAnswer> answers_;
};

void ExpectProbabilities(const Release& release, const Step& step) {
  const std::vector<int>& first = release.first_class();
  for (size_t o = 0; o + 1 < first.size(); ++o) {
    double sum = 0;
    for (int c = first[o]; c < first[o + 1]; ++c) {
      sum += static_cast<double>(step.probabilities[static_cast<size_t>(c)]);
    }
    ASSERT_NEAR(sum, 1, 1e-5);
    ASSERT_TRUE(std::isfinite(step.log_odds_change[o]));
  }
}

TEST(SessionPropertyTest, AnySequenceOfActionsEqualsGivingThePresentAnswersOnly) {
  const auto release = testing::ReleaseOf(kSeed, kFeatures, 4);
  for (uint64_t sequence = 0; sequence < 1000; ++sequence) {
    SCOPED_TRACE(fmt::format("seed {}, sequence {}", kSeed, sequence));
    Random random = Random::Named(kSeed, "actions", sequence);
    Session session(release, sequence % 10 == 0 ? 3 : 0);
    Ledger ledger;
    Step step;
    for (int i = 0; i < 30; ++i) {
      const ConsultationAction action = RandomAction(random);
      session.Take(action, step);
      if (!step.refusal) ledger.Note(action);
      ExpectProbabilities(*release, step);
    }
    session.Describe(step);
    ASSERT_EQ(step.probabilities, ledger.Replay(release).probabilities);
  }
}

TEST(SessionPropertyTest, ExtremeParametersNeverGiveAnythingButProbabilities) {
  training::Model model = testing::ModelOf(kSeed, kFeatures, 3);
  for (float& parameter : model.parameters) parameter *= 40;
  const auto release = Release::Create(model, "abc");
  ASSERT_TRUE(release.ok());
  Session session(*release, 3);
  Step step;
  for (int f = 0; f < kFeatures; ++f) {
    const std::string key = "f" + std::to_string(f);
    if (f % 3 == 2) {
      session.Take(Observe{{key, "a", ""}}, step);
    } else {
      session.Take(Observe{{key, 100.0, ""}}, step);
    }
    ExpectProbabilities(**release, step);
  }
}

}  // namespace
}  // namespace consilium::consultation
