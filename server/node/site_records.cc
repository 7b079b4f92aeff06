#include "server/node/site_records.h"

#include <algorithm>

#include "base/file.h"
#include "base/security/digest.h"
#include "server/consultation/answer_shares.h"

namespace consilium {
namespace {

constexpr size_t kFindingsSaid = 20;

StatusOr<Mapping> MappingOf(const NodeConfig& config, const Schema& schema) {
  if (config.mapping.empty()) return IdentityMapping(schema);
  return LoadMapping(config.mapping, schema);
}

}  // namespace

StatusOr<SiteRecords> LoadSiteRecords(const NodeConfig& config) {
  SiteRecords records;
  ASSIGN_OR_RETURN(const std::string text, ReadFile(config.schema));
  ASSIGN_OR_RETURN(records.schema, ParseSchema(text, config.schema));
  const Digest digest = Sha256(std::string_view(text));
  records.schema_digest.assign(digest.begin(), digest.end());
  ASSIGN_OR_RETURN(const Mapping mapping, MappingOf(config, records.schema));
  CohortOptions options;
  options.strict = config.strict;
  ASSIGN_OR_RETURN(LoadedCohort loaded,
                   LoadCohort(records.schema, mapping, config.cohort, options));
  records.cohort = std::move(loaded.cohort);
  records.report = std::move(loaded.report);
  records.answer_shares = AnswerShares(records.schema, records.cohort);
  return records;
}

std::vector<std::string> Summarise(const SiteRecords& records) {
  const CohortReport& report = records.report;
  const Catalogue catalogue = CatalogueOf(records.cohort);
  std::vector<std::string> lines;
  lines.push_back(
      fmt::format("{} patients, {} of {} features, {} of {} outcomes; {} rows skipped, {} findings",
                  records.cohort.patients, std::ranges::count(catalogue.features, true),
                  catalogue.features.size(), std::ranges::count(catalogue.outcomes, true),
                  catalogue.outcomes.size(), report.rows_skipped, report.findings_total));
  for (const Finding& finding : report.findings) {
    if (lines.size() > kFindingsSaid) break;
    lines.push_back(DescribeWithoutValue(finding));
  }
  return lines;
}

}  // namespace consilium
