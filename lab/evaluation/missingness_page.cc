#include "lab/evaluation/missingness_page.h"

#include <algorithm>
#include <cmath>

#include "fmt/format.h"

namespace consilium::evaluation {
namespace {

constexpr size_t kMostColumns = 24;   // sites side by side in a heat map
constexpr double kTellingGap = 0.05;  // between classes: worth a sentence

std::string NameOf(const ModuleMissingness& module) {
  return module.label.empty() ? module.feature : module.label;
}

page::Figure BySite(const MissingnessAudit& audit) {
  page::HeatMap map{.title = "Share of patients without the answer, by site",
                    .description = "Each row is a question, each column a site.",
                    .from = 0,
                    .to = 1,
                    .percent = true};
  const size_t sites = std::min(audit.sites.size(), kMostColumns);
  map.columns.assign(audit.sites.begin(), audit.sites.begin() + static_cast<ptrdiff_t>(sites));
  for (const ModuleMissingness& module : audit.modules) {
    map.rows.push_back(NameOf(module));
    map.values.emplace_back(module.by_site.begin(),
                            module.by_site.begin() + static_cast<ptrdiff_t>(sites));
  }
  std::string caption = "How often each answer is missing, by site";
  if (sites < audit.sites.size()) {
    caption += fmt::format(" (the first {} of {} sites)", sites, audit.sites.size());
  }
  return {page::HeatMapChart(map), caption};
}

page::Figure ByClass(const MissingnessAudit& audit) {
  page::HeatMap map{.title = "Share of patients without the answer, by class and site",
                    .description = "Each row is a question; columns are classes of the outcome.",
                    .columns = {},
                    .from = 0,
                    .to = 1,
                    .percent = true};
  const size_t classes = audit.classes.size();
  map.columns = audit.classes;
  const bool sites = audit.sites.size() * classes <= kMostColumns / 2;
  for (size_t s = 0; sites && s < audit.sites.size(); ++s) {
    for (const std::string& name : audit.classes)
      map.columns.push_back(audit.sites[s] + ": " + name);
  }
  for (const ModuleMissingness& module : audit.modules) {
    map.rows.push_back(NameOf(module));
    std::vector<std::optional<double>>& row = map.values.emplace_back(module.by_class);
    for (size_t s = 0; sites && s < audit.sites.size(); ++s) {
      for (size_t c = 0; c < classes; ++c) row.push_back(module.by_class_and_site[c][s]);
    }
  }
  return {page::HeatMapChart(map),
          "How often each answer is missing, by class: over all sites, then site by site"};
}

// What differs most between two classes, over all sites.
page::Block GapSentence(const MissingnessAudit& audit) {
  const ModuleMissingness* widest = nullptr;
  double gap = 0;
  for (const ModuleMissingness& module : audit.modules) {
    double low = 1, high = 0;
    for (const std::optional<double>& share : module.by_class) {
      if (share) low = std::min(low, *share), high = std::max(high, *share);
    }
    if (high - low > gap) gap = high - low, widest = &module;
  }
  if (widest == nullptr || gap < kTellingGap) {
    return page::Paragraph{
        "No answer is missing much more often in one class than in another: whether a question was "
        "answered says little about the outcome here."};
  }
  return page::Paragraph{fmt::format(
      "{} differs most: it is missing {:.0f} percentage points more often in one class than in "
      "another. A model can learn from that who was asked, rather than what was answered.",
      NameOf(*widest), 100 * gap)};
}

page::Bar BarOf(const Measurement& measurement) {
  return {measurement.value, measurement.low, measurement.high};
}

std::string ModelName(const FlipScores& scores) {
  return scores.model + (scores.masking == modn::Masking::kNone ? "" : ", class-equalised masking");
}

page::Figure FlipFigure(const FlippedModule& flipped) {
  page::Bars bars;
  bars.title = "AUROC under none, the same and flipped missingness";
  bars.description =
      "A fall from the first to the last says that the model reads meaning into who was asked.";
  bars.value.label = "AUROC";
  bars.references = {{page::Reference::Direction::kVertical, 0.5, "chance"}};
  bars.dots = true;
  bars.series = {{"nothing taken away", {}}, {"same as in training", {}}, {"flipped", {}}};
  for (const FlipScores& scores : flipped.scores) {
    bars.groups.push_back(ModelName(scores));
    bars.series[0].bars.push_back(BarOf(scores.none));
    bars.series[1].bars.push_back(BarOf(scores.same));
    bars.series[2].bars.push_back(BarOf(scores.flipped));
  }
  return {page::BarChart(bars),
          "AUROC on patients who lost no answer, the same answers as in training, or the other "
          "class's"};
}

}  // namespace

page::Section MissingnessSection(const MissingnessAudit& audit) {
  page::Section section{"What is missing", {}};
  section.blocks.push_back(GapSentence(audit));
  section.blocks.push_back(BySite(audit));
  section.blocks.push_back(ByClass(audit));
  for (const FlippedModule& flipped : audit.flips) {
    const std::string& name = flipped.label.empty() ? flipped.feature : flipped.label;
    section.blocks.push_back(page::Paragraph{fmt::format(
        "A test of what that can do: models are trained anew where {:.0f} % of the patients of "
        "class '{}' lost "
        "the answer to '{}', and then meet patients who lost nothing, the same, or whose other "
        "class "
        "lost it instead. Class-equalised masking hides answers during training until each is "
        "missing as often in every class.",
        100 * audit.share, audit.classes.size() > 1 ? audit.classes[1] : "", name)});
    section.blocks.push_back(FlipFigure(flipped));
  }
  return section;
}

}  // namespace consilium::evaluation
