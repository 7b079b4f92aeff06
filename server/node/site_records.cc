#include "server/node/site_records.h"

#include <algorithm>

#include "base/file.h"
#include "base/security/digest.h"
#include "server/consultation/answer_shares.h"

namespace consilium::node {
namespace {

constexpr size_t kFindingsSaid = 20;

StatusOr<data::Mapping> MappingOf(const ops::NodeConfig& config, const data::Schema& schema) {
  if (config.mapping.empty()) return data::IdentityMapping(schema);
  return data::LoadMapping(config.mapping, schema);
}

}  // namespace

StatusOr<SiteRecords> LoadSiteRecords(const ops::NodeConfig& config) {
  SiteRecords records;
  ASSIGN_OR_RETURN(const std::string text, ReadFile(config.schema));
  ASSIGN_OR_RETURN(records.schema, data::ParseSchema(text, config.schema));
  const security::Digest digest = security::Sha256(std::string_view(text));
  records.schema_digest.assign(digest.begin(), digest.end());
  ASSIGN_OR_RETURN(const data::Mapping mapping, MappingOf(config, records.schema));
  data::CohortOptions options;
  options.strict = config.strict;
  ASSIGN_OR_RETURN(data::LoadedCohort loaded,
                   data::LoadCohort(records.schema, mapping, config.cohort, options));
  records.cohort = std::move(loaded.cohort);
  records.report = std::move(loaded.report);
  records.answer_shares = consultation::AnswerShares(records.schema, records.cohort);
  return records;
}

std::vector<std::string> Summarise(const SiteRecords& records) {
  const data::CohortReport& report = records.report;
  const data::Catalogue catalogue = data::CatalogueOf(records.cohort);
  std::vector<std::string> lines;
  lines.push_back(
      fmt::format("{} patients, {} of {} features, {} of {} outcomes; {} rows skipped, {} findings",
                  records.cohort.patients, std::ranges::count(catalogue.features, true),
                  catalogue.features.size(), std::ranges::count(catalogue.outcomes, true),
                  catalogue.outcomes.size(), report.rows_skipped, report.findings_total));
  for (const data::Finding& finding : report.findings) {
    if (lines.size() > kFindingsSaid) break;
    lines.push_back(data::DescribeWithoutValue(finding));
  }
  return lines;
}

}  // namespace consilium::node
