#include "client/cli/consult_script.h"

namespace consilium::cli {
namespace {

api::Act ActFor(const ToldAnswer& answer) {
  if (answer.unknown) return {api::Act::Kind::kUnknown, answer.feature, "", "", 0};
  api::Act act{api::Act::Kind::kObserve, answer.feature, answer.value, answer.unit, 0};
  act.rows = answer.rows;
  act.image = answer.image;
  return act;
}

}  // namespace

Status RunScript(const std::vector<ToldAnswer>& answers, uint32_t suggestions,
                 api::ConsultationChannel& channel, ConsultView& view) {
  api::Act begin;
  begin.suggestions = suggestions;
  begin.explain = true;
  ASSIGN_OR_RETURN(api::StepReply reply, channel.Send(begin));
  view.Open(reply);
  int refused = 0;
  for (const ToldAnswer& answer : answers) {
    const api::Act act = ActFor(answer);
    ASSIGN_OR_RETURN(reply, channel.Send(act));
    view.Show(act, reply);
    if (!reply.rejections.empty()) ++refused;
  }
  view.Close(reply);
  if (refused == 0) return OkStatus();
  return InvalidArgument("{} of {} answers were not taken: see the reasons above", refused,
                         answers.size());
}

}  // namespace consilium::cli
