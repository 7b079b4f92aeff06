#include "server/coordinator/run_status.h"

#include "proto/administration.pb.h"
#include "server/federation/wire/convert.h"

namespace consilium::coordinator {
namespace {

void EncodeSite(const federation::RunSite& site, v1::SiteStatus& to) {
  to.set_site(site.site);
  to.set_attached(site.attached);
  to.set_participating(site.participating);
  to.set_note(site.note);
  if (site.progress) federation::Encode(*site.progress, *to.mutable_progress());
  if (site.report) federation::Encode(*site.report, *to.mutable_report());
}

}  // namespace

bool HasEnded(const federation::RunRecord& record) {
  return record.state != federation::RunState::kWaiting &&
         record.state != federation::RunState::kRunning;
}

void Encode(const federation::RunRecord& record, const federation::Plan& plan, v1::RunStatus& to) {
  to.set_run(record.run);
  to.set_state(static_cast<v1::RunStatus::State>(record.state));
  to.set_reason(record.reason);
  to.set_generation(record.generation);
  to.set_rounds(static_cast<uint32_t>(plan.rounds));
  to.set_rounds_completed(static_cast<uint32_t>(record.rounds_completed));
  for (const federation::RunSite& site : record.sites) EncodeSite(site, *to.add_sites());
  to.set_created(FormatTime(record.created));
  if (record.ended) to.set_ended(FormatTime(*record.ended));
  to.set_plan(record.plan_text);
  to.set_model_sha256(federation::DigestBytes(record.model_digest));
}

}  // namespace consilium::coordinator
