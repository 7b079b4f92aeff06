#include "server/data/cohort_report.h"

#include "fmt/core.h"

namespace consilium::data {
namespace {

std::string PlaceOf(const Finding& finding) {
  if (finding.line == 0) return finding.key;
  if (finding.column == 0) return fmt::format("line {}", finding.line);
  return fmt::format("line {}, column {} ({})", finding.line, finding.column, finding.key);
}

}  // namespace

void FindingLog::Add(Finding finding) {
  ++report_.findings_total;
  const std::string& source = finding.line == 0 ? finding.key : finding.file;
  if (++seen_[{source, finding.column}] > most_) return;
  report_.findings.push_back(std::move(finding));
}

std::string Describe(const Finding& finding) {
  const std::string place =
      finding.file.empty() ? PlaceOf(finding) : finding.file + ": " + PlaceOf(finding);
  if (finding.column == 0) return fmt::format("{}: expected {}", place, finding.rule);
  return fmt::format("{}: '{}', expected {}", place, finding.value, finding.rule);
}

std::string DescribeWithoutValue(const Finding& finding) {
  return fmt::format("{}: expected {}", PlaceOf(finding), finding.rule);
}

}  // namespace consilium::data
