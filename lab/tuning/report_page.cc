#include <utility>

#include "fmt/format.h"
#include "lab/page/page.h"
#include "lab/tuning/summary.h"
#include "server/training/words.h"

namespace consilium::tuning {
namespace {

std::string Three(double value) { return fmt::format("{:.3f}", value); }

std::string ScoreName(const TuneSummary& summary) {
  return std::string(WordOf(training::kTuneScores, summary.score));
}

page::Section Pick(const TuneSummary& summary) {
  page::Section section;
  if (summary.recommended < 0) {
    section.blocks.push_back(page::Paragraph{"Every trial diverged: there is nothing to pick."});
    return section;
  }
  const SearchSummary& search = summary.searches[static_cast<size_t>(summary.recommended)];
  const TrialRecord& best = *search.best;
  section.blocks.push_back(page::KeyFigures{
      {{"picked by validation", search.name, fmt::format("trial {}", best.number)},
       {"validation " + ScoreName(summary), Three(ScoreOf(best.validation, summary.score)), ""},
       {"test " + ScoreName(summary), Three(ScoreOf(best.test, summary.score)), "read once"}}});
  section.blocks.push_back(page::Paragraph{"[training] " + Describe(best.drawn)});
  return section;
}

page::Svg Curves(const TuneSummary& summary) {
  page::Chart chart;
  chart.title = "Expected test " + ScoreName(summary) + " of the trial kept, by budget";
  chart.description =
      "One line for each search; lines by closed form, bands from the 5th to the "
      "95th percentile of one search by bootstrap.";
  chart.x = {"trials", true, {}, {}};
  chart.y = {ScoreName(summary), false, {}, {}};
  for (const SearchSummary& search : summary.searches) {
    page::Series series;
    series.name = search.name;
    for (size_t t = 0; t < search.curve.size(); ++t) {
      page::ChartPoint point;
      point.x = static_cast<double>(t + 1);
      point.y = search.curve[t];
      if (summary.searches.size() <= 3) {  // more bands than that hide one another
        point.low = search.band.low[t];
        point.high = search.band.high[t];
      }
      series.points.push_back(point);
    }
    chart.series.push_back(std::move(series));
  }
  return page::LineChart(chart);
}

page::Svg Wins(const TuneSummary& summary) {
  page::HeatMap map;
  map.title = "Probability of giving the best model";
  map.description = "By search and number of trials each may make.";
  map.row_label = "search";
  map.column_label = "trials";
  map.percent = true;
  map.decimals = 0;
  map.from = 0;
  for (const int budget : summary.budgets) map.columns.push_back(std::to_string(budget));
  for (size_t s = 0; s < summary.searches.size(); ++s) {
    map.rows.push_back(summary.searches[s].name);
    std::vector<std::optional<double>>& row = map.values.emplace_back();
    for (const std::vector<double>& win : summary.win) row.emplace_back(win[s]);
  }
  return page::HeatMapChart(map);
}

page::Table Numbers(const TuneSummary& summary) {
  page::Table table;
  table.caption = fmt::format(
      "Test {} after 1 and after all trials, and its weighted means over budgets: early (CPE), "
      "uniform (CPU), late (CPL). A diverged trial counts as {:.3f}.",
      ScoreName(summary), summary.goal.worst);
  table.columns = {
      {"search", false},  {"trials", true},   {"diverged", true}, {"best validation", true},
      {"its test", true}, {"one shot", true}, {"CPE", true},      {"CPU", true},
      {"CPL", true},      {"peak", true}};
  for (const SearchSummary& search : summary.searches) {
    const auto of_best = [&](training::Scores TrialRecord::*part) {
      return search.best ? Three(ScoreOf((*search.best).*part, summary.score)) : std::string("-");
    };
    const metrics::Tunability& t = search.tunability;
    table.rows.push_back({search.name, std::to_string(search.trials),
                          std::to_string(search.diverged), of_best(&TrialRecord::validation),
                          of_best(&TrialRecord::test), Three(t.one_shot), Three(t.early),
                          Three(t.uniform), Three(t.late), Three(t.peak)});
  }
  return table;
}

}  // namespace

std::string ToHtml(const TuneSummary& summary, const TuningCase& tuning) {
  page::Page report;
  report.title = "Tuning";
  report.subtitle = fmt::format("{} searches of {} trials, {} training", summary.searches.size(),
                                tuning.plan.tune.trials,
                                WordOf(training::kTuneTrainings, tuning.plan.tune.training));
  report.sections.push_back(Pick(summary));
  report.sections.push_back(
      {"By budget",
       {page::Figure{Curves(summary),
                     "The trial kept is the best by validation; its test score is what counts."},
        page::Figure{Wins(summary),
                     "Each search draws so many of its trials without replacement."}}});
  report.sections.push_back({"Searches", {Numbers(summary)}});
  report.sections.push_back({"Plan", {page::Listing{"the plan", tuning.plan_text}}});
  return page::ToHtml(report);
}

}  // namespace consilium::tuning
