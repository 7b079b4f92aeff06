#include "server/data/modality_toml.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "server/data/examples.h"
#include "server/data/feature_toml.h"
#include "server/data/image.h"

namespace consilium::data {
namespace {

constexpr int kMostComponents = 4096;
constexpr int kMostLongest = 100'000;
constexpr int kUsualLongest = 1000;

int ReadSize(TomlTable& table, std::string_view key, int otherwise, int most) {
  if (!table.Has(key)) return otherwise;
  const int64_t size = table.Integer(key).value_or(otherwise);
  if (size >= 1 && size <= most) return static_cast<int>(size);
  table.ComplainAt(key, fmt::format("'{}' is {}, expected 1 to {}", key, size, most));
  return otherwise;
}

// What a component does not say is as the feature says.
Component ReadComponent(TomlTable table, const Feature& feature, std::set<std::string>& seen) {
  Component component;
  component.key = ReadKey(table, "component", seen);
  component.label = table.Text("label").value_or(component.key);
  const bool unit = table.Has("unit"), range = table.Has("range");
  if (unit) {
    component.unit = table.RequireText("unit");
    component.unit_label = table.Text("unit_label").value_or(component.unit);
  } else {
    RefuseKeys(table, "a component without a unit of its own", {"unit_label"});
    component.unit = feature.unit;
    component.unit_label = feature.unit_label;
  }
  component.range = range ? ReadRange(table) : feature.range;
  return component;
}

void ReadComponents(TomlTable& table, Feature& feature) {
  std::set<std::string> seen;
  for (TomlTable& entry : table.Tables("components")) {
    feature.components.push_back(ReadComponent(std::move(entry), feature, seen));
  }
  const auto named = static_cast<int>(feature.components.size());
  if (named > kMostComponents) {
    table.ComplainAt("components",
                     fmt::format("{} components, expected at most {}", named, kMostComponents));
  }
  if (!table.Has("width")) {
    if (named == 0) {
      table.Complain("'width' is missing, expected how many numbers a vector has, or 'components'");
    }
    feature.width = std::max(named, 1);
    return;
  }
  feature.width = ReadSize(table, "width", std::max(named, 1), kMostComponents);
  if (named > 0 && named != feature.width) {
    table.ComplainAt("components",
                     fmt::format("{} components, expected as many as the 'width' of {}, or none",
                                 named, feature.width));
    feature.components.clear();
  }
}

// The range may be left to the components, if all have one.
bool AllComponentsHaveRanges(TomlTable& table) {
  if (!table.Has("components")) return false;
  std::vector<TomlTable> components = table.Tables("components");
  return !components.empty() && std::all_of(components.begin(), components.end(),
                                            [](auto& each) { return each.Has("range"); });
}

void ReadNumbers(TomlTable& table, Feature& feature) {
  feature.unit = table.Text("unit").value_or("1");
  feature.unit_label = table.Text("unit_label").value_or(feature.unit);
  const bool each = AllComponentsHaveRanges(table);
  feature.range = each && !table.Has("range") ? Range{0, 1} : ReadRange(table);
  ReadComponents(table, feature);
}

void ReadImage(TomlTable& table, Feature& feature) {
  feature.unit = feature.unit_label = "1";
  feature.range = {0, 1};
  for (const char* side : {"width", "height"}) {
    if (!table.Has(side)) {
      table.Complain(fmt::format("'{}' is missing, expected a number of pixels", side));
    }
  }
  feature.width = ReadSize(table, "width", 2, kMostImageSide);
  feature.height = ReadSize(table, "height", 2, kMostImageSide);
}

modn::EncoderKind ReadEncoderKind(TomlTable& table) {
  const std::string kind = table.Text("kind").value_or("");
  if (kind.empty()) return modn::EncoderKind::kDefault;
  std::vector<std::string> known;
  for (const modn::EncoderKind each :
       {modn::EncoderKind::kMlp, modn::EncoderKind::kElman, modn::EncoderKind::kGru,
        modn::EncoderKind::kLstm, modn::EncoderKind::kConvolution}) {
    if (kind == modn::Name(each)) return each;
    known.emplace_back(modn::Name(each));
  }
  table.ComplainAt("kind", fmt::format("encoder '{}', expected \"mlp\", \"elman\", \"gru\", "
                                       "\"lstm\" or \"convolution\"{}",
                                       kind, Suggestion(kind, known)));
  return modn::EncoderKind::kDefault;
}

modn::EncoderShape ReadEncoder(TomlTable& feature) {
  modn::EncoderShape shape;
  std::optional<TomlTable> table = feature.Table("encoder");
  if (!table) return shape;
  shape.kind = ReadEncoderKind(*table);
  const std::vector<double> none;
  for (const double units : table->Numbers("hidden").value_or(none)) {
    const bool whole = units >= 1 && units <= kMostComponents && units == std::floor(units);
    if (!whole) {
      table->ComplainAt(
          "hidden", fmt::format("a hidden layer of {}, expected 1 to {}", units, kMostComponents));
    }
    shape.hidden.push_back(whole ? static_cast<int>(units) : 1);
  }
  shape.state_first = table->Flag("state_first").value_or(false);
  shape.residual = table->Flag("residual").value_or(true);
  return shape;
}

}  // namespace

void ReadModality(TomlTable& table, Feature& feature) {
  const std::string what = fmt::format("a feature of kind \"{}\"", Name(feature.kind));
  RefuseKeys(table, what, {"categories", "normalisation"});
  if (feature.kind == FeatureKind::kImage) {
    RefuseKeys(table, what, {"unit", "unit_label", "range", "components", "longest"});
    ReadImage(table, feature);
  } else {
    RefuseKeys(table, what, {"height"});
    ReadNumbers(table, feature);
  }
  if (feature.kind == FeatureKind::kSeries) {
    feature.longest = ReadSize(table, "longest", kUsualLongest, kMostLongest);
  } else if (feature.kind == FeatureKind::kVector) {
    RefuseKeys(table, what, {"longest"});
  }
  feature.encoder = ReadEncoder(table);
  if (const Status fits = modn::Validate(ShapeOf(feature)); !fits.ok()) {
    table.Complain(std::string(Message(fits)));
  }
}

}  // namespace consilium::data
