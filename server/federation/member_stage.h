#ifndef CONSILIUM_SERVER_FEDERATION_MEMBER_STAGE_H_
#define CONSILIUM_SERVER_FEDERATION_MEMBER_STAGE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/status.h"
#include "server/federation/site_part.h"
#include "server/training/report.h"

namespace consilium::federation {

// What a site's own work came to, as Member is told of it.
struct TrainedModel {
  std::vector<float> parameters;
  double loss = 0;
  std::string learner_state;
};
struct EvaluatedModel {
  training::Report report;
  std::string digest;
};
// Numbers: the site's sums; a model: the one it selected.
using WorkDone =
    std::variant<TrainedModel, std::vector<double>, std::vector<float>, EvaluatedModel>;

enum class Then {
  kStay,  // work or an exchange is under way, or the site rests
  kGoOn,  // to the next stage: this one is over, or there is no need of it
};

// A stage of a generation at one site: it asks for the site's own work, shares what that came to in
// an exchange, and makes something of the mean. What it leaves for the stages after it stands in
// the SitePart, all else in the stage itself, until it begins anew. An error is what keeps the site
// from going on in this generation. Not thread-safe.
class MemberStage {
 public:
  virtual ~MemberStage() = default;

  virtual StatusOr<Then> Begin(SitePart& part) = 0;
  // What it asked for is done, of the kind it asked for. By default: it asks for nothing.
  virtual StatusOr<Then> Worked(SitePart& /*part*/, WorkDone /*done*/) { return Then::kStay; }
  // The exchange under way is complete. By default: it begins none.
  virtual StatusOr<Then> End(SitePart& /*part*/) { return Then::kStay; }
};

// Begins a stage that adds up `size` numbers which each site works out of its final model: `Wanted`
// asks for them. A mere aggregator has none, and shares zeros.
template <typename Wanted>
StatusOr<Then> BeginSumming(SitePart& part, size_t size) {
  if (part.options.aggregator) {
    RETURN_IF_ERROR(part.ShareSums(std::vector<double>(size)));
    return Then::kStay;
  }
  part.state = SitePart::State::kSumming;
  part.deadline.reset();
  part.actions.push_back(Wanted{++part.ticket, part.final_model});
  return Then::kStay;
}

// Each in the file of its name.
std::unique_ptr<MemberStage> MakeStatisticsStage();
std::unique_ptr<MemberStage> MakeResyncStage();
std::unique_ptr<MemberStage> MakeRoundsStage();
std::unique_ptr<MemberStage> MakeSelectionStage();
std::unique_ptr<MemberStage> MakeAgreementStage();
std::unique_ptr<MemberStage> MakeConsensusStage();
std::unique_ptr<MemberStage> MakeCalibrationStage();
std::unique_ptr<MemberStage> MakeEvaluationStage();

// All of them, in kStageOrder, and then the evaluation.
std::vector<std::unique_ptr<MemberStage>> MakeMemberStages();

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_MEMBER_STAGE_H_
