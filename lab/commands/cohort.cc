#include "lab/commands/cohort.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/json.h"
#include "server/data/cohort_file.h"
#include "server/data/cohort_writer.h"
#include "server/data/csv.h"
#include "server/data/splits.h"
#include "server/data/synthetic.h"

namespace consilium::commands {
namespace {

// A cohort with what it was read by.
struct Opened {
  data::Schema schema;
  data::Mapping mapping;
  data::LoadedCohort loaded;
};

StatusOr<data::Mapping> OpenMapping(const std::string& path, const data::Schema& schema) {
  if (path.empty()) return data::IdentityMapping(schema);
  return data::LoadMapping(path, schema);
}

StatusOr<Opened> Open(const CohortFiles& files) {
  Opened opened;
  ASSIGN_OR_RETURN(opened.schema, data::LoadSchema(files.schema));
  ASSIGN_OR_RETURN(opened.mapping, OpenMapping(files.mapping, opened.schema));
  ASSIGN_OR_RETURN(opened.loaded, data::LoadCohort(opened.schema, opened.mapping, files.csv));
  return opened;
}

// What only vectors, series and images have, where it is not 0.
std::vector<std::pair<std::string_view, int>> FurtherCounts(const data::ColumnReport& column) {
  std::vector<std::pair<std::string_view, int>> counts;
  if (column.partial > 0) counts.emplace_back("partial", column.partial);
  if (column.shortened > 0) counts.emplace_back("shortened", column.shortened);
  if (column.strangers > 0) counts.emplace_back("strangers", column.strangers);
  return counts;
}

Json ToJson(const data::ColumnReport& column) {
  Json entry = {{"key", column.key},
                {"column", column.column},
                {"observed", column.observed},
                {"missing", column.missing},
                {"refused", column.refused}};
  for (const auto& [what, count] : FurtherCounts(column)) entry[what] = count;
  return entry;
}

Json OutcomesOf(const data::Schema& schema, const data::CohortReport& report) {
  Json outcomes = Json::Array();
  for (size_t o = 0; o < report.outcomes.size(); ++o) {
    Json& entry = outcomes.Append(ToJson(report.outcomes[o]));
    const std::vector<data::Category>& classes = schema.outcomes[o].classes;
    for (size_t c = 0; c < classes.size(); ++c) {
      entry["classes"][classes[c].value] = report.class_counts[o][c];
    }
  }
  return outcomes;
}

Json ToJson(const data::Schema& schema, const data::CohortReport& report) {
  Json features = Json::Array();
  for (const data::ColumnReport& column : report.features) features.Append(ToJson(column));
  Json json = {{"rows", report.rows},
               {"rows_skipped", report.rows_skipped},
               {"rows_of_a_patient_seen_before", report.same_patient},
               {"duplicate_rows", report.duplicates},
               {"features", std::move(features)},
               {"outcomes", OutcomesOf(schema, report)}};
  json["findings_total"] = report.findings_total;
  json["findings"] = Json::Array();
  for (const data::Finding& finding : report.findings) {
    Json& entry = json["findings"].Append({{"line", finding.line},
                                           {"column", finding.column},
                                           {"key", finding.key},
                                           {"value", finding.value},
                                           {"rule", finding.rule}});
    if (!finding.file.empty()) entry["file"] = finding.file;
  }
  return json;
}

std::string ToText(const std::vector<data::ColumnReport>& columns, std::string_view title) {
  constexpr std::string_view kRow = "{:<20} {:<20} {:>9} {:>9} {:>9}\n";
  std::string text = fmt::format(kRow, title, "column", "observed", "missing", "refused");
  for (const data::ColumnReport& column : columns) {
    text += fmt::format(kRow, column.key, column.column.empty() ? "(not held)" : column.column,
                        column.observed, column.missing, column.refused);
    for (const auto& [what, count] : FurtherCounts(column)) {
      text += fmt::format("  {}: {} {}\n", column.key, count,
                          what == "partial"     ? "vectors left out, as some of their numbers miss"
                          : what == "shortened" ? "series cut to the latest that count"
                                                : "rows of patients who are not in the CSV");
    }
  }
  return text;
}

std::string ToText(const data::Schema& schema, const data::CohortReport& report) {
  std::string text = fmt::format("{} rows, {} skipped", report.rows, report.rows_skipped);
  if (report.same_patient > 0) {
    text += fmt::format(", {} of a patient seen before", report.same_patient);
  }
  if (report.duplicates > 0) text += fmt::format(", {} equal to an earlier one", report.duplicates);
  text += "\n\n" + ToText(report.features, "feature") + "\n" + ToText(report.outcomes, "outcome");
  for (size_t o = 0; o < schema.outcomes.size(); ++o) {
    for (size_t c = 0; c < schema.outcomes[o].classes.size(); ++c) {
      text += fmt::format("  {} = {}: {} patients\n", schema.outcomes[o].key,
                          schema.outcomes[o].classes[c].value, report.class_counts[o][c]);
    }
  }
  text += fmt::format("\n{} findings", report.findings_total);
  for (const data::Finding& finding : report.findings) text += "\n  " + data::Describe(finding);
  const size_t hidden = static_cast<size_t>(report.findings_total) - report.findings.size();
  if (hidden > 0) text += fmt::format("\n  and {} more", hidden);
  return text;
}

StatusOr<data::Split> HoldOut(const Opened& opened, const HoldoutChoice& choice) {
  if (!(choice.share > 0 && choice.share < 1)) {
    return InvalidArgument("held-out share {}, expected more than 0 and less than 1", choice.share);
  }
  const int outcome = choice.outcome.empty() ? 0 : opened.schema.FindOutcome(choice.outcome);
  if (outcome < 0) {
    return InvalidArgument("'{}' is no outcome of schema '{}'", choice.outcome, opened.schema.name);
  }
  return data::Holdout(opened.loaded.cohort, outcome, choice.share, choice.seed);
}

// The file with the rows that begin on `lines` only, byte by byte.
std::string KeepLines(std::string_view text, const data::Mapping& mapping,
                      const std::set<int>& lines) {
  std::string kept;
  data::CsvReader reader(text, mapping.delimiter, data::CohortOptions().max_row_bytes);
  data::CsvRow row;
  bool is_header = mapping.header;
  while (reader.Next(row)) {
    if (is_header || lines.contains(row.line)) kept.append(row.raw).append("\n");
    is_header = false;
  }
  return kept;
}

Status WriteRows(const Opened& opened, const CohortFiles& files, const std::vector<int>& patients,
                 const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(files.csv));
  std::set<int> lines;
  for (const int patient : patients) {
    lines.insert(opened.loaded.cohort.lines[static_cast<size_t>(patient)]);
  }
  return WriteFile(path, KeepLines(text, opened.mapping, lines));
}

std::string KnownOutcome(const data::Cohort& cohort, const data::Outcome& outcome, size_t o,
                         int patient) {
  if (!cohort.Known(static_cast<int>(o), patient)) return "not known";
  const auto p = static_cast<size_t>(patient);
  if (outcome.continuous()) return fmt::format("{} {}", cohort.targets[o][p], outcome.unit_label);
  return outcome.classes[static_cast<size_t>(cohort.labels[o][p])].value;
}

// What is known to have come of a patient, as comments of an answers file.
std::string KnownOutcomes(const Opened& opened, int patient) {
  std::string text;
  for (size_t o = 0; o < opened.schema.outcomes.size(); ++o) {
    const data::Outcome& outcome = opened.schema.outcomes[o];
    text += fmt::format("# {} = {}\n", outcome.key,
                        KnownOutcome(opened.loaded.cohort, outcome, o, patient));
  }
  return text;
}

StatusOr<data::SyntheticSite> SiteOf(const data::Schema& schema, const CohortSynthesis& options) {
  if (options.patients < 0 || options.patients > 1'000'000) {
    return InvalidArgument("{} patients, expected 1 to 1000000", options.patients);
  }
  if (!(options.prevalence >= 0 && options.prevalence < 1) ||
      !(options.missing >= 0 && options.missing <= 1)) {
    return InvalidArgument("prevalence {} and missing share {}, expected shares from 0 to 1",
                           options.prevalence, options.missing);
  }
  StatusOr<data::SyntheticSite> site = data::SyntheticHeartSite(options.site);
  if (!site.ok()) {
    if (options.patients == 0) return site.status();
    site = data::SyntheticSite{options.site, 0, 0.4, {}};
    for (const data::Feature& feature : schema.features)
      site->missing[feature.key] = options.missing;
  }
  if (options.patients > 0) site->patients = options.patients;
  if (options.prevalence > 0) site->prevalence = options.prevalence;
  return site;
}

// Writes the files that belong beside `csv`.
Status WriteBeside(const std::string& csv, const std::vector<data::WrittenFile>& files) {
  const std::filesystem::path folder = std::filesystem::path(csv).parent_path();
  for (const data::WrittenFile& file : files) {
    const std::filesystem::path path = folder / file.path;
    if (path.has_parent_path()) RETURN_IF_ERROR(MakeDirectory(path.parent_path().string()));
    RETURN_IF_ERROR(WriteFile(path.string(), file.bytes));
  }
  return OkStatus();
}

}  // namespace

StatusOr<CohortVerdict> CheckCohort(const CohortFiles& files) {
  ASSIGN_OR_RETURN(const Opened opened, Open(files));
  const data::CohortReport& report = opened.loaded.report;
  return CohortVerdict{{ToText(opened.schema, report), ToJson(opened.schema, report).Text(2)},
                       report.findings_total};
}

StatusOr<Output> SplitCohort(const CohortSplit& options) {
  ASSIGN_OR_RETURN(const Opened opened, Open(options.files));
  ASSIGN_OR_RETURN(const data::Split split, HoldOut(opened, options.holdout));
  RETURN_IF_ERROR(WriteRows(opened, options.files, split.train, options.train));
  RETURN_IF_ERROR(WriteRows(opened, options.files, split.test, options.test));
  return Output{fmt::format("{}: {} rows\n{}: {} rows", options.train, split.train.size(),
                            options.test, split.test.size()),
                Json{{"train", {{"file", options.train}, {"rows", split.train.size()}}},
                     {"test", {{"file", options.test}, {"rows", split.test.size()}}}}
                    .Text(2)};
}

StatusOr<Output> AnswersOfPatient(const CohortAnswers& options) {
  ASSIGN_OR_RETURN(const Opened opened, Open(options.files));
  ASSIGN_OR_RETURN(const data::Split split, HoldOut(opened, options.holdout));
  const auto held_out = static_cast<int>(split.test.size());
  if (options.patient < 1 || options.patient > held_out) {
    return InvalidArgument("patient {}, expected 1 to {}: so many are held out", options.patient,
                           held_out);
  }
  const int patient = split.test[static_cast<size_t>(options.patient - 1)];
  const std::string known = KnownOutcomes(opened, patient);
  const std::string answers = data::WriteAnswers(opened.schema, opened.loaded.cohort, patient);
  const std::string text =
      fmt::format("# Held-out patient {} of {}. What is known to have come:\n{}{}", options.patient,
                  held_out, known, answers);
  if (!options.out.empty()) RETURN_IF_ERROR(WriteFile(options.out, text));
  const Json json = {{"patient", options.patient}, {"held_out", held_out}, {"answers", answers}};
  return Output{text.substr(0, text.size() - 1), json.Text(2)};
}

StatusOr<Output> SynthesiseCohort(const CohortSynthesis& options) {
  ASSIGN_OR_RETURN(const data::Schema schema, data::LoadSchema(options.schema));
  ASSIGN_OR_RETURN(const data::Mapping mapping, OpenMapping(options.mapping, schema));
  ASSIGN_OR_RETURN(const data::SyntheticSite site, SiteOf(schema, options));
  const data::Cohort cohort = data::Synthesise(schema, site, options.seed);
  RETURN_IF_ERROR(WriteFile(options.out, data::WriteCohort(schema, mapping, cohort)));
  const std::vector<data::WrittenFile> beside = data::WritePayloadFiles(schema, mapping, cohort);
  RETURN_IF_ERROR(WriteBeside(options.out, beside));
  const std::string more = beside.empty() ? "" : fmt::format("; {} files beside it", beside.size());
  return Output{fmt::format("{}: {} synthetic patients, who never lived{}", options.out,
                            cohort.patients, more),
                Json{{"file", options.out},
                     {"patients", cohort.patients},
                     {"files_beside", beside.size()},
                     {"synthetic", true}}
                    .Text(2)};
}

}  // namespace consilium::commands
