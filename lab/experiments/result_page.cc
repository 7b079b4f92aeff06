#include "fmt/ranges.h"
#include "lab/experiments/experiments.h"

namespace consilium::experiments {
namespace {

page::Tone ToneOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return page::Tone::kGood;
    case Verdict::kFail:
      return page::Tone::kBad;
    case Verdict::kSkipped:
      return page::Tone::kQuiet;
  }
  return page::Tone::kPlain;
}

page::Table ClaimTable(const ExperimentRecord& record) {
  page::Table table{
      "Measured: the mean, and its 95 % interval over the seeds. The mean decides.",
      {{"", false}, {"Claim", false}, {"Threshold", false}, {"Measured", true}, {"Verdict", false}},
      {}};
  for (const Claim& claim : record.result.claims) {
    table.rows.push_back({page::Cell(claim.id), page::Cell(claim.text + " (" + claim.source + ")"),
                          page::Cell(ThresholdText(claim)), page::Cell(MeasuredText(claim)),
                          page::Cell(std::string(Name(claim.verdict)), ToneOf(claim.verdict))});
  }
  return table;
}

// What failed or was skipped, and why.
std::vector<std::string> Explanations(const ExperimentRecord& record) {
  std::vector<std::string> all;
  for (const Claim& claim : record.result.claims) {
    if (!claim.explanation.empty()) {
      all.push_back(fmt::format("{} ({}): {}", claim.id, Name(claim.verdict), claim.explanation));
    }
  }
  return all;
}

page::KeyFigures Summary(const ExperimentRecord& record) {
  const int passed = record.Count(Verdict::kPass), failed = record.Count(Verdict::kFail);
  const int skipped = record.Count(Verdict::kSkipped);
  const page::Tone tone = failed > 0 ? page::Tone::kBad : page::Tone::kGood;
  return {{{"Claims that hold", fmt::format("{} of {}", passed, passed + failed),
            skipped > 0 ? fmt::format("{} not measured", skipped) : "", tone},
           {"Seeds", std::to_string(record.seeds.size()),
            fmt::format("{}", fmt::join(record.seeds, ", "))},
           {"Size", record.quick ? "quick" : "full", record.quick ? "for a first look" : ""},
           {"Time", fmt::format("{:.0f} s", record.seconds), ""}}};
}

}  // namespace

page::Page ToPage(const ExperimentRecord& record) {
  page::Page page{"Experiment: " + record.experiment, "Reproduces " + record.reproduces, {}};
  page::Section first{"", {Summary(record), ClaimTable(record)}};
  if (const std::vector<std::string> all = Explanations(record); !all.empty()) {
    first.blocks.push_back(page::Paragraph{"Why some claims do not stand:"});
    first.blocks.push_back(page::List{all});
  }
  page.sections.push_back(std::move(first));
  for (const page::Section& section : record.result.sections) page.sections.push_back(section);
  page::Section how{"How this was made", {}};
  if (!record.result.notes.empty()) how.blocks.push_back(page::List{record.result.notes});
  how.blocks.push_back(
      page::Paragraph{fmt::format("Repeat it with: consilium experiment {}{}", record.experiment,
                                  record.quick ? " --quick" : "")});
  how.blocks.push_back(page::Listing{"The plan with its seeds and sizes", record.plan});
  page.sections.push_back(std::move(how));
  return page;
}

}  // namespace consilium::experiments
