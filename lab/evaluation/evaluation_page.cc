#include <algorithm>
#include <cmath>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "lab/evaluation/evaluation.h"
#include "lab/evaluation/missingness_page.h"

namespace consilium::evaluation {
namespace {

constexpr size_t kMostGroups = 30;  // rows of a chart

std::string Number(const Measurement& measurement) {
  return measurement.value ? fmt::format("{:.3f}", *measurement.value) : "–";
}

std::string WithInterval(const Measurement& measurement) {
  std::string text = Number(measurement);
  if (measurement.low && measurement.high) {
    text += fmt::format("\n{:.3f}–{:.3f}", *measurement.low, *measurement.high);
  }
  return text;
}

std::string CountText(const std::optional<int>& count) {
  return count ? std::to_string(*count) : fmt::format("<{}", kFewest);
}

std::string Uncapitalised(std::string text) {
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] + 32);
  return text;
}

const Measurement* Find(const Evaluation& evaluation, const ModelScores& model,
                        std::string_view key) {
  for (size_t i = 0; i < evaluation.metrics.size(); ++i) {
    if (evaluation.metrics[i].key == key) return &model.metrics[i];
  }
  return nullptr;
}

page::Block KeyFiguresOf(const Evaluation& evaluation, const ModelScores& model) {
  page::KeyFigures keys;
  for (const std::string_view key : {"auroc", "auprc", "macro_f1", "brier", "ece"}) {
    const Measurement& measurement = *Find(evaluation, model, key);
    const auto metric = std::find_if(evaluation.metrics.begin(), evaluation.metrics.end(),
                                     [&](const Metric& each) { return each.key == key; });
    keys.figures.push_back(
        {metric->label, Number(measurement),
         measurement.low ? fmt::format("{:.3f} to {:.3f}", *measurement.low, *measurement.high)
                         : ""});
  }
  return keys;
}

const ModelScores* BestOfOthers(const Evaluation& evaluation,
                                const std::vector<ModelScores>& models) {
  const ModelScores* best = nullptr;
  for (size_t m = 1; m < models.size(); ++m) {
    const std::optional<double>& score = Find(evaluation, models[m], "auroc")->value;
    if (!score) continue;
    if (best == nullptr || *score > *Find(evaluation, *best, "auroc")->value) best = &models[m];
  }
  return best;
}

// "Averaged over the sites the AUROC of the federated model is 0.823: 0.012 above the best of the
// others, local."
std::string Verdict(const Evaluation& evaluation, const std::string& where,
                    const std::vector<ModelScores>& models) {
  if (models.empty()) return "";
  const std::optional<double>& ours = Find(evaluation, models.front(), "auroc")->value;
  const ModelScores* best = BestOfOthers(evaluation, models);
  if (!ours || best == nullptr) return "";
  const double gap = *ours - *Find(evaluation, *best, "auroc")->value;
  return fmt::format(
      "{} the AUROC of the {} model is {:.3f}: {:.3f} {} the best of the others, {}.", where,
      models.front().model, *ours, std::abs(gap), gap >= 0 ? "above" : "below", best->model);
}

page::Table ModelTable(const Evaluation& evaluation, const std::string& caption,
                       const std::vector<ModelScores>& models) {
  page::Table table{caption, {{"model", false}}, {}};
  for (const Metric& metric : evaluation.metrics) table.columns.push_back({metric.label, true});
  for (const ModelScores& model : models) {
    std::vector<page::Cell>& row = table.rows.emplace_back();
    row.emplace_back(model.model);
    for (const Measurement& measurement : model.metrics) {
      row.emplace_back(WithInterval(measurement));
    }
  }
  return table;
}

page::Figure AnswersFigure(const Evaluation& evaluation, const OutcomeEvaluation& outcome,
                           std::string_view key, const std::string& label) {
  page::Chart chart{.title = label + " by number of answers given",
                    .description = "What each model says once so many questions are answered.",
                    .x = {.label = "answers given"},
                    .y = {.label = label}};
  chart.x.to = std::stod(outcome.by_answers.groups.back().label);
  for (const GroupScores& group : outcome.by_answers.groups) {
    for (size_t m = 0; m < group.models.size(); ++m) {
      if (chart.series.size() <= m) chart.series.push_back({group.models[m].model, {}, true});
      const Measurement& score = *Find(evaluation, group.models[m], key);
      chart.series[m].points.push_back({std::stod(group.label), score.value.value_or(NAN),
                                        m == 0 ? score.low : std::nullopt,
                                        m == 0 ? score.high : std::nullopt});
    }
  }
  return {page::LineChart(chart), chart.title};
}

// Without the prior, which says the same of everybody at a site.
page::Figure GroupFigure(const Evaluation& evaluation, const GroupingScores& grouping) {
  page::Bars bars;
  bars.title = "AUROC, " + Uncapitalised(grouping.title);
  bars.description = "One dot for each model and group, with its 95 % interval.";
  bars.value.label = "AUROC";
  bars.dots = true;
  for (const GroupScores& group : grouping.groups) {
    if (group.models.empty() || bars.groups.size() == kMostGroups) continue;
    bars.groups.push_back(group.label);
    size_t drawn = 0;
    for (const ModelScores& model : group.models) {
      if (model.model == "prior") continue;
      if (bars.series.size() <= drawn) bars.series.push_back({model.model, {}});
      const Measurement& score = *Find(evaluation, model, "auroc");
      bars.series[drawn++].bars.push_back({score.value, score.low, score.high});
    }
  }
  return {page::BarChart(bars), bars.title};
}

bool InGroupTable(const Metric& metric) {
  return metric.key != "accuracy" && metric.key != "nll" && metric.key != "sensitivity";
}

page::Table GroupTable(const Evaluation& evaluation, const OutcomeEvaluation& outcome,
                       const GroupingScores& grouping) {
  page::Table table{"The federated model", {{"group", false}, {"patients", true}}, {}};
  for (const std::string& name : outcome.classes) table.columns.push_back({name, true});
  for (const Metric& metric : evaluation.metrics) {
    if (InGroupTable(metric)) table.columns.push_back({metric.label, true});
  }
  for (const GroupScores& group : grouping.groups) {
    std::vector<page::Cell>& row = table.rows.emplace_back();
    row.emplace_back(group.label);
    row.emplace_back(CountText(group.patients));
    for (size_t c = 0; c < outcome.classes.size(); ++c) {
      const bool told = c < group.by_class.size() && group.by_class[c];
      row.emplace_back(told ? std::to_string(*group.by_class[c]) : std::string("·"));
    }
    for (size_t i = 0; i < evaluation.metrics.size(); ++i) {
      if (!InGroupTable(evaluation.metrics[i])) continue;
      row.emplace_back(group.models.empty() ? std::string("–")
                                            : Number(group.models.front().metrics[i]));
    }
  }
  return table;
}

// Wilson's interval of a share: right also near 0 and 1.
page::ChartPoint PointOf(const metrics::ReliabilityBin& bin) {
  constexpr double z = 1.96;
  const double n = bin.patients, p = bin.observed;
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {bin.predicted, p, middle - half, middle + half};
}

page::Figure ReliabilityFigure(const OutcomeEvaluation& outcome) {
  std::vector<page::Series> series;
  for (const ReliabilityCurve& curve : outcome.reliability) {
    if (curve.model == "prior" || series.size() == 4) continue;
    page::Series& each = series.emplace_back();
    each.name = curve.model;
    for (const metrics::ReliabilityBin& bin : curve.bins) each.points.push_back(PointOf(bin));
    if (series.size() == 1) continue;
    for (page::ChartPoint& point : each.points) point.low = point.high = std::nullopt;
  }
  return {page::ReliabilityDiagram("Reliability of the predicted probabilities", series),
          "Predicted probability against what happened: on the diagonal the two agree"};
}

std::string PText(const PairedComparison& paired) {
  if (!paired.test) return "–";
  return paired.test->p < 0.001 ? "<0.001" : fmt::format("{:.3f}", paired.test->p);
}

page::Table PairedTable(const Evaluation& evaluation, const OutcomeEvaluation& outcome) {
  page::Table table{
      "5x2 cv paired t-test (Dietterich 1998): the federated model against each other",
      {{"model"}, {"score"}, {"mean difference", true}, {"t", true}, {"p", true}},
      {}};
  for (const PairedComparison& paired : outcome.paired) {
    const auto metric = std::find_if(evaluation.metrics.begin(), evaluation.metrics.end(),
                                     [&](const Metric& each) { return each.key == paired.metric; });
    table.rows.push_back({page::Cell(paired.model), page::Cell(metric->label),
                          page::Cell(fmt::format("{:+.3f}", paired.difference)),
                          page::Cell(paired.test ? fmt::format("{:.2f}", paired.test->t) : "–"),
                          page::Cell(PText(paired))});
  }
  return table;
}

// What the scores of all patients come to.
page::Section SummaryOf(const Evaluation& evaluation, const OutcomeEvaluation& outcome) {
  const GroupScores& all = outcome.groupings.front().groups.front();
  page::Section summary{evaluation.outcomes.size() > 1 ? outcome.label : "", {}};
  if (all.models.empty()) {
    summary.blocks.push_back(page::Paragraph{"Too few patients to tell anything."});
    return summary;
  }
  if (evaluation.sites.size() > 1) {
    summary.blocks.push_back(
        page::Paragraph{Verdict(evaluation, "Averaged over the sites", outcome.mean_of_sites)});
  }
  summary.blocks.push_back(page::Paragraph{
      Verdict(evaluation, fmt::format("Over all {} patients together", CountText(all.patients)),
              all.models)});
  summary.blocks.push_back(KeyFiguresOf(evaluation, all.models.front()));
  summary.blocks.push_back(
      ModelTable(evaluation,
                 fmt::format("Over all patients together, with 95 % intervals; sensitivity at a "
                             "specificity of {:.2f}",
                             evaluation.specificity),
                 all.models));
  if (evaluation.sites.size() > 1) {
    summary.blocks.push_back(ModelTable(
        evaluation,
        "Mean of the sites' scores. Scores over all patients together also reward knowing which "
        "site a patient is from, which models trained at one site do",
        outcome.mean_of_sites));
  }
  if (!outcome.paired.empty()) summary.blocks.push_back(PairedTable(evaluation, outcome));
  return summary;
}

void AddOutcome(const Evaluation& evaluation, const OutcomeEvaluation& outcome, page::Page& page) {
  page.sections.push_back(SummaryOf(evaluation, outcome));
  if (outcome.groupings.front().groups.front().models.empty()) return;
  const std::string prefix = evaluation.outcomes.size() > 1 ? outcome.label + ": " : "";
  page.sections.push_back({prefix + "Answer by answer",
                           {AnswersFigure(evaluation, outcome, "auroc", "AUROC"),
                            AnswersFigure(evaluation, outcome, "nll", "NLL")}});
  page.sections.push_back({prefix + "Calibration", {ReliabilityFigure(outcome)}});
  for (size_t g = 1; g < outcome.groupings.size(); ++g) {
    const GroupingScores& grouping = outcome.groupings[g];
    page.sections.push_back(
        {prefix + grouping.title,
         {GroupFigure(evaluation, grouping), GroupTable(evaluation, outcome, grouping)}});
  }
}

page::Section HowSection(const Evaluation& evaluation) {
  const std::string split =
      evaluation.folds > 0 ? fmt::format("{} folds, each patient held out once", evaluation.folds)
                           : std::string("one part of the patients held out");
  return {
      "How this was made",
      {page::List{
           {fmt::format(
                "Seeds {}: {}. Scores are means over the seeds; intervals are 95 % percentile "
                "bootstrap intervals over patients.",
                fmt::join(evaluation.seeds, ", "), split),
            "Tables by group show the federated model. By number of answers: the patient's first "
            "answers in the schema's order of asking; the baselines impute what is not yet "
            "answered.",
            fmt::format(
                "Counts below {} are not told: such groups have no scores, and where a class "
                "has so few, no class is counted (·). Differences between tables may still "
                "tell; see docs/formats/evaluation.md before anything leaves a site.",
                kFewest)}},
       page::Listing{"The plan", evaluation.plan_text}}};
}

}  // namespace

page::Page ToPage(const Evaluation& evaluation) {
  page::Page page;
  const bool one = evaluation.outcomes.size() == 1;
  page.title = "Evaluation" + (one ? ": " + evaluation.outcomes.front().label : std::string());
  page.subtitle =
      fmt::format("{}{} sites, seeds {}{}", evaluation.plan.empty() ? "" : evaluation.plan + ", ",
                  evaluation.sites.size(), fmt::join(evaluation.seeds, ", "),
                  evaluation.folds > 0 ? fmt::format(", {} folds", evaluation.folds) : "");
  for (const OutcomeEvaluation& outcome : evaluation.outcomes)
    AddOutcome(evaluation, outcome, page);
  if (evaluation.missingness) page.sections.push_back(MissingnessSection(*evaluation.missingness));
  page.sections.push_back(HowSection(evaluation));
  return page;
}

}  // namespace consilium::evaluation
