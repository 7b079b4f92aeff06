#ifndef CONSILIUM_TESTS_SUPPORT_FEDERATION_BENCH_H_
#define CONSILIUM_TESTS_SUPPORT_FEDERATION_BENCH_H_

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/federation/member.h"
#include "server/federation/run.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_learner.h"

namespace consilium::testing {

// A federation on a workbench: a Run, Members and FakeLearners joined by queues that a test can
// watch and break. Nothing happens but in Step and Settle.
class FederationBench {
 public:
  explicit FederationBench(std::string plan_text);

  // Weights by module; all sites must have equally many.
  void AddSite(const std::string& name, std::vector<float> weights, float target);

  // As kill -9: its queues and all it did not save are gone.
  void Kill(const std::string& site);
  // Starts it (again), from its checkpoint if it has one, and attaches it.
  void Start(const std::string& site);
  // Loses all of the coordinator but what it stored; every site must attach again.
  void RestartCoordinator();

  // Delivers one message or does one piece of local work; false if there is none.
  bool Step();
  // Steps until nothing is left to do.
  void Settle();
  // Settles, and lets time pass from deadline to deadline until the run has ended or `limit`
  // passed.
  void Finish(Duration limit = Seconds(3600));
  // Steps until every participant has completed `rounds`.
  void RunUntilRound(int rounds);

  // Lets the run's deadlines pass.
  void Tick() { Do(run->Tick()); }
  // As if the message came (again) now.
  void Deliver(const federation::PeerMessage& message) {
    Do(message.to, members.at(message.to)->Handle(message));
  }

  void Stop() { Do(run->Stop("the test")); }

  // How those that start make their rounds' exchange.
  federation::RoundsMaker make_rounds = federation::MakeRoundExchange;

  // The messages of these sites to others are held back (a frozen process).
  std::set<std::string> frozen;

  FakeClock clock;
  std::unique_ptr<federation::Run> run;
  std::map<std::string, std::unique_ptr<federation::Member>> members;  // those alive
  std::map<std::string, std::unique_ptr<FakeLearner>> learners;
  std::map<std::string, federation::Checkpoint> checkpoints;
  std::map<std::string, std::vector<float>> finals;  // as agreed at the end
  std::vector<federation::PeerMessage> sent;         // everything that was ever sent
  std::vector<federation::LinkBroken> broken;
  std::vector<std::string> declined;  // the reasons

 private:
  struct Work {
    std::string site;
    std::variant<federation::TrainRound, federation::SumForSelection, federation::SelectModel,
                 federation::SumForCalibration, federation::EvaluateModel>
        wanted;
  };

  void Do(const federation::RunActions& actions);
  void Do(const std::string& site, federation::MemberActions actions);
  void DoOne(const std::string& site, federation::MemberAction& action);
  void DoWork(Work work);
  void Answer(const std::string& site, federation::TrainRound& train);
  void Answer(const std::string& site, federation::SumForSelection& wanted);
  void Answer(const std::string& site, federation::SelectModel& select);
  void Answer(const std::string& site, federation::SumForCalibration& wanted);
  void Answer(const std::string& site, federation::EvaluateModel& evaluate);

  std::string plan_text_;
  federation::RunRecord stored_;
  std::deque<federation::PeerMessage> messages_;
  std::deque<Work> work_;
};

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_FEDERATION_BENCH_H_
