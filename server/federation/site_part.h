#ifndef CONSILIUM_SERVER_FEDERATION_SITE_PART_H_
#define CONSILIUM_SERVER_FEDERATION_SITE_PART_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "modules/schedule/exchange.h"
#include "server/federation/composition.h"
#include "server/federation/member_actions.h"
#include "server/federation/member_options.h"
#include "server/federation/messages.h"
#include "server/federation/traffic.h"

namespace consilium::federation {

// What a site holds of a run whichever stage it is in, and what every stage does with it: exchange,
// report, store, give up. Member owns it; its stages read and write it. Not thread-safe.
struct SitePart {
  enum class State { kWaiting, kTraining, kSumming, kSelecting, kExchanging, kEvaluating };

  SitePart(MemberOptions options, const Clock& clock);

  // Of the generation; these require `place`.
  const std::string& SiteName(int n) const;
  // Everybody this site may hear from: the exact means run on a tree within the graph.
  const std::vector<int>& Neighbours() const;
  bool Has(Stage any) const;  // HasStage
  uint64_t generation() const { return place ? (*place)->assignment->generation : 0; }

  // An exchange (site_exchange.cc). Each begins with the clock of its deadline.
  void BeginModel(std::unique_ptr<schedule::Exchange<float>> made, std::span<const float> model);
  void BeginSums(std::unique_ptr<schedule::Exchange<double>> made, std::span<const double> sums);
  // The latter for the mean of the sites' sums.
  Status ShareSums(std::span<const double> sums);
  std::vector<double> EndSums(size_t size);
  void StartClock();
  bool ExchangeComplete() const;
  void Send(std::vector<schedule::Outgoing> messages);
  // Gives a message to the exchange it is for, and sends what that replies. FailedPrecondition if
  // it came too early; of a message that was taken nobody needs the body any more.
  Status Give(int neighbour, PeerMessage& message);

  // What others are told, and what is stored (site_reports.cc).
  // When rounds completed, but not told of, are told of at the latest: what the coordinator knows
  // decides whose model counts when a generation begins.
  std::optional<Time> ReportDue() const;
  // `missed`: who was waited for in vain in the round under way.
  void ReportProgress(std::vector<std::string> missed = {});
  // `model`, with all else there is; not oftener than wanted, but the consensus always.
  void Save(const std::vector<float>& model, std::vector<double> calibrated, bool consensus);
  // What the round under way said of each module.
  void CountModules();

  // Gives up if what an exchange made is no model; else true.
  bool Accept(std::span<const float> model, int round);
  // Takes no further part in the generation.
  void GiveUp(const Status& why);
  // Asks for a new generation, and rests until it comes.
  void BreakLink(const std::string& from, const Status& why);
  // Leaves whatever is under way; all tickets lapse.
  void Rest();

  // A mean of equal numbers need not be equal to them.
  void KeepFrozen(std::span<float> model) const;
  // Goes on from a checkpoint of this run.
  void Restore(Checkpoint checkpoint);

  MemberOptions options;
  const Clock& clock;
  MemberActions actions;  // what is wanted done since Member last handed it out

  std::vector<float> parameters;    // this site's model
  std::vector<float> final_model;   // its choice for the final model, then the agreed one
  std::vector<float> owed;          // Exchange::Owed after the round completed last
  std::vector<double> statistics;   // as agreed; empty before
  std::vector<double> calibration;  // as agreed; empty if there is none
  bool all_agree = false;           // all hold the same final model already
  std::string learner_state;
  int rounds_completed = 0;
  int rounds_in_model = 0;  // that lie behind `parameters`
  int rounds_told = 0;      // to the coordinator
  double loss = 0;

  std::optional<Place> place;  // of the latest generation
  State state = State::kWaiting;
  Stage stage = Stage::kStatistics;
  uint64_t ticket = 0;
  bool training = false;  // local steps are under way
  bool done = false;
  std::unique_ptr<schedule::Exchange<double>> sums_exchange;
  std::unique_ptr<schedule::Exchange<float>> exchange;
  // That of the rounds, when they are over, for neighbours that missed something of them.
  std::unique_ptr<schedule::Exchange<float>> past_rounds;
  std::map<int, uint64_t> sent;  // messages in this generation, by receiver

  std::optional<Time> deadline;  // of the exchange under way
  Time since;                    // the beginning of the training or exchange under way
  Time reported;
  std::optional<Time> saved;
  double train_seconds = 0;
  double exchange_seconds = 0;
  uint64_t bytes_sent = 0;
  uint64_t bytes_uncompressed = 0;
  Traffic traffic;

 private:
  void SendOf(Stage of, std::vector<schedule::Outgoing> messages);
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_SITE_PART_H_
