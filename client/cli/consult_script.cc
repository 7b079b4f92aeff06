#include "client/cli/consult_script.h"

namespace consilium {

Status RunScript(const std::vector<WrittenAnswer>& answers, uint32_t suggestions,
                 ConsultationChannel& channel, ConsultView& view) {
  Act begin;
  begin.suggestions = suggestions;
  ASSIGN_OR_RETURN(StepReply reply, channel.Send(begin));
  view.Open(reply);
  int refused = 0;
  for (const WrittenAnswer& answer : answers) {
    Act act;
    act.kind = Act::Kind::kObserve;
    act.feature = answer.feature;
    act.value = answer.value;
    ASSIGN_OR_RETURN(reply, channel.Send(act));
    view.Show(act, reply);
    if (!reply.rejections.empty()) ++refused;
  }
  view.Close(reply);
  if (refused == 0) return OkStatus();
  return InvalidArgument("{} of {} answers were not taken: see the reasons above", refused,
                         answers.size());
}

}  // namespace consilium
