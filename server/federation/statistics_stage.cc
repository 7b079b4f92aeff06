#include <utility>

#include "server/federation/member_stage.h"

namespace consilium::federation {
namespace {

// The sites agree on what normalises their patients' values, by an exact mean.
class StatisticsStage final : public MemberStage {
 public:
  StatusOr<Then> Begin(SitePart& part) override {
    part.stage = Stage::kStatistics;
    const std::vector<double>& mine = Mine(part);
    ASSIGN_OR_RETURN(auto made, MakeStatisticsExchange(*part.place, mine.size()));
    part.BeginSums(std::move(made), mine);
    return Then::kStay;
  }

  // Once agreed they never change, so all must be in them; a site that never comes loses its place.
  StatusOr<Then> End(SitePart& part) override {
    const MemberOptions& options = part.options;
    if (!schedule::IsWhole(*part.sums_exchange)) {
      std::vector<double> of_some(options.statistics.size());
      part.sums_exchange->End(of_some);
      part.StartClock();
      part.Send(part.sums_exchange->Begin(Mine(part)));
      return Then::kStay;
    }
    part.statistics = part.EndSums(options.statistics.size());
    for (size_t i = 0; i < options.known_statistics.size(); ++i) {
      if (options.known_statistics[i] != 0) part.statistics[i] = options.statistics[i];
    }
    if (!options.aggregator) part.actions.push_back(UseStatistics{part.statistics});
    part.ReportProgress();
    return Then::kGoOn;
  }

 private:
  static const std::vector<double>& Mine(const SitePart& part) {
    return part.statistics.empty() ? part.options.statistics : part.statistics;
  }
};

}  // namespace

std::unique_ptr<MemberStage> MakeStatisticsStage() { return std::make_unique<StatisticsStage>(); }

}  // namespace consilium::federation
