#include "client/cli/run_table.h"

#include <algorithm>
#include <array>

#include "base/command/columns.h"
#include "client/cli/traffic_table.h"
#include "fmt/format.h"

namespace consilium::cli {
namespace {

constexpr std::array<const char*, 3> kModels = {"local", "federated", "logistic_regression"};
using Score = std::optional<double> api::ScoresView::*;

std::string Number(std::optional<double> value) {
  return value ? fmt::format("{:.3f}", *value) : "-";
}

const api::OutcomeView* FindOutcome(const api::RunSiteView& site, const std::string& outcome) {
  if (!site.report) return nullptr;
  for (const api::OutcomeView& view : site.report->outcomes) {
    if (view.outcome == outcome) return &view;
  }
  return nullptr;
}

std::optional<double> ScoreOf(const api::RunSiteView& site, const std::string& outcome,
                              const char* model, Score score) {
  const api::OutcomeView* const view = FindOutcome(site, outcome);
  const api::ScoresView* const scores = view == nullptr ? nullptr : view->Find(model);
  return scores == nullptr ? std::nullopt : scores->*score;
}

// Over the sites where it is defined.
std::optional<double> Mean(const api::RunView& run, const std::string& outcome, const char* model,
                           Score score) {
  double sum = 0;
  int count = 0;
  for (const api::RunSiteView& site : run.sites) {
    if (const auto value = ScoreOf(site, outcome, model, score)) {
      sum += *value;
      ++count;
    }
  }
  return count == 0 ? std::nullopt : std::optional(sum / count);
}

Row SiteRow(const api::RunSiteView& site, const std::string& outcome) {
  Row row = {site.site,
             fmt::format("{}+{}", site.report->training_patients, site.report->held_out_patients)};
  for (const Score score : {&api::ScoresView::auroc, &api::ScoresView::macro_f1}) {
    for (const char* model : kModels) row.push_back(Number(ScoreOf(site, outcome, model, score)));
  }
  row.push_back(BytesText(site.bytes_sent));
  row.push_back(TimesSmaller(site.bytes_sent, site.bytes_uncompressed));
  return row;
}

Row MeanRow(const api::RunView& run, const std::string& outcome) {
  Row row = {"mean", ""};
  for (const Score score : {&api::ScoresView::auroc, &api::ScoresView::macro_f1}) {
    for (const char* model : kModels) row.push_back(Number(Mean(run, outcome, model, score)));
  }
  row.insert(row.end(), {"", ""});
  return row;
}

std::vector<std::string> Outcomes(const api::RunView& run) {
  std::vector<std::string> outcomes;
  for (const api::RunSiteView& site : run.sites) {
    if (!site.report) continue;
    for (const api::OutcomeView& view : site.report->outcomes) {
      if (std::ranges::find(outcomes, view.outcome) == outcomes.end()) {
        outcomes.push_back(view.outcome);
      }
    }
  }
  return outcomes;
}

std::string SitesText(const api::RunView& run) {
  std::vector<Row> rows = {{"site", "attached", "rounds", "stage", "loss", "sent", "note"}};
  for (const api::RunSiteView& site : run.sites) {
    rows.push_back({site.site, site.attached ? "yes" : "no", std::to_string(site.rounds_completed),
                    site.stage, Number(site.training_loss), BytesText(site.bytes_sent), site.note});
  }
  return InColumns(rows, {.left = {0, 1, 3, 6}});
}

}  // namespace

std::string OutcomeTable(const api::RunView& run, const std::string& outcome) {
  std::vector<Row> rows = {{"", "patients", "AUROC", "", "", "macro-F1", "", "", "bytes", ""},
                           {"site", "train+test", "alone", "federated", "logistic", "alone",
                            "federated", "logistic", "sent", "smaller"}};
  for (const api::RunSiteView& site : run.sites) {
    if (FindOutcome(site, outcome) != nullptr) rows.push_back(SiteRow(site, outcome));
  }
  rows.push_back(MeanRow(run, outcome));
  return InColumns(rows, {.left = {0}});
}

std::string RunText(const api::RunView& run) {
  std::string text = fmt::format("run {}: {}, round {} of {}, generation {}", run.run, run.state,
                                 run.rounds_completed, run.rounds, run.generation);
  if (!run.reason.empty() && run.reason != run.state) text += fmt::format(" ({})", run.reason);
  text += fmt::format("\ncreated {}", run.created);
  if (!run.ended.empty()) text += fmt::format(", ended {}", run.ended);
  if (!run.model_digest.empty()) text += fmt::format("\nmodel {}", run.model_digest);
  const std::vector<std::string> outcomes = Outcomes(run);
  if (outcomes.empty() || run.state != "finished") text += "\n\n" + SitesText(run);
  for (const std::string& outcome : outcomes) {
    text += fmt::format("\n\noutcome {}, held-out patients of each site\n{}", outcome,
                        OutcomeTable(run, outcome));
  }
  if (!outcomes.empty()) text += "\n" + TotalTraffic(run);
  return text;
}

std::string RunListText(const std::vector<api::RunView>& runs) {
  if (runs.empty()) return "no runs yet: start one with `consilium run start PLAN.toml`";
  std::vector<Row> rows = {{"run", "state", "round", "of", "sites", "created", "reason"}};
  for (const api::RunView& run : runs) {
    rows.push_back({run.run, run.state, std::to_string(run.rounds_completed),
                    std::to_string(run.rounds), std::to_string(run.sites.size()), run.created,
                    run.reason == run.state ? "" : run.reason});
  }
  return InColumns(rows, {.left = {0, 1, 5, 6}});
}

std::string SiteListText(const std::vector<api::SiteView>& sites) {
  if (sites.empty()) return "no site has ever attached";
  std::vector<Row> rows = {
      {"site", "attached", "last seen", "run", "software", "address", "certificate expires"}};
  for (const api::SiteView& site : sites) {
    rows.push_back({site.site, site.attached ? "yes" : "no", site.last_seen,
                    site.run.empty() ? "-" : site.run, site.software, site.address,
                    site.certificate_expires});
  }
  return InColumns(rows, {.left = {0, 1, 2, 3, 4, 5, 6}});
}

}  // namespace consilium::cli
