#include "server/training/compose.h"

#include <algorithm>
#include <map>

#include "fmt/format.h"
#include "server/data/examples.h"
#include "server/data/normalisation.h"
#include "server/training/module_names.h"
#include "server/training/schema_match.h"

namespace consilium::training {
namespace {

// A source with what was taken of it.
struct Taken {
  const ModulesFrom& from;
  nn::Layout layout;
  std::vector<uint8_t> modules;  // by module of the layout

  std::span<const float> Values(int m) const {
    return nn::Slice<const float>(from.model.parameters, layout.module_block(m));
  }
};

StatusOr<Taken> Take(const ModulesFrom& from) {
  const Model& model = from.model;
  Taken taken{from,
              modn::MakeLayout(data::ArchitectureOf(model.schema, model.state, model.hidden,
                                                    model.feature_decoder_hidden)),
              {}};
  if (taken.layout.size() != model.parameters.size()) {
    return DataLoss("{} has {} parameters, its schema implies {}", from.name,
                    model.parameters.size(), taken.layout.size());
  }
  const std::vector<std::string> all = {"*"};
  ASSIGN_OR_RETURN(
      taken.modules,
      MatchModules(taken.layout, from.patterns.empty() ? all : from.patterns, from.name));
  return taken;
}

// Adds `thing`, or checks that it means the same as what is there under its key.
template <typename Thing>
Status Merge(const Thing& thing, std::string_view name, std::vector<Thing>& things) {
  const auto known = std::ranges::find(things, thing.key, &Thing::key);
  if (known != things.end()) return CheckSameMeaning(thing, *known, name);
  things.push_back(thing);
  return OkStatus();
}

void AddGroup(const data::Schema& from, const std::string& key, data::Schema& schema) {
  const auto group = std::ranges::find(from.groups, key, &data::Group::key);
  if (group == from.groups.end()) return;
  if (std::ranges::find(schema.groups, key, &data::Group::key) == schema.groups.end()) {
    schema.groups.push_back(*group);
  }
}

Status MergeSchema(const Taken& taken, data::Schema& schema) {
  const data::Schema& theirs = taken.from.model.schema;
  schema.version = std::max(schema.version, theirs.version);
  const std::string both = "the first model that has it and " + taken.from.name;
  for (size_t m = 0; m < taken.modules.size(); ++m) {
    const nn::ModuleId& id = taken.layout.modules()[m].id;
    if (taken.modules[m] == 0) continue;
    if (id.kind == nn::ModuleKind::kEncoder) {
      const data::Feature& feature =
          theirs.features[static_cast<size_t>(theirs.FindFeature(id.key))];
      RETURN_IF_ERROR(Merge(feature, both, schema.features));
      AddGroup(theirs, feature.group, schema);
    } else if (id.kind == nn::ModuleKind::kDecoder) {
      const data::Outcome& outcome =
          theirs.outcomes[static_cast<size_t>(theirs.FindOutcome(id.key))];
      RETURN_IF_ERROR(Merge(outcome, both, schema.outcomes));
    }
  }
  return OkStatus();
}

std::span<const double> StatisticsFor(const Model& model, const std::string& feature) {
  const Block block = StatisticsBlock(model.schema, model.schema.FindFeature(feature));
  return std::span(model.statistics).subspan(block.offset, block.size);
}

// Writes one module of the result, and its feature's statistics and answer shares.
class Filler {
 public:
  Filler(Overlap overlap, ComposedModel& composed) : overlap_(overlap), composed_(composed) {}

  Status Fill(const std::vector<std::pair<const Taken*, int>>& givers, const nn::ModuleId& id,
              std::span<float> to) {
    const auto [first, m] = givers.front();
    std::ranges::copy(first->Values(m), to.begin());
    const bool alike = std::ranges::all_of(givers, [&, taken = first, module = m](auto& giver) {
      return std::ranges::equal(giver.first->Values(giver.second), taken->Values(module));
    });
    if (!alike) RETURN_IF_ERROR(Settle(givers, id, to));
    if (id.kind == nn::ModuleKind::kEncoder) CopyOfFeature(first->from.model, id.key);
    return OkStatus();
  }

 private:
  Status Settle(const std::vector<std::pair<const Taken*, int>>& givers, const nn::ModuleId& id,
                std::span<float> to) const {
    if (overlap_ == Overlap::kFirst) return OkStatus();
    if (overlap_ == Overlap::kRefuse) {
      return InvalidArgument(
          "'{}' is taken from {} and from {}, where it differs: narrow the patterns, or choose "
          "which to keep",
          PlainName(id), givers[0].first->from.name, givers[1].first->from.name);
    }
    for (const auto& [taken, module] : givers) {
      if (id.kind != nn::ModuleKind::kEncoder) break;
      const Model& first = givers[0].first->from.model;
      if (std::ranges::equal(StatisticsFor(first, id.key),
                             StatisticsFor(taken->from.model, id.key))) {
        continue;
      }
      return InvalidArgument(
          "'{}' was trained on other scales in {} than in {}: take it from one of them",
          PlainName(id), givers[0].first->from.name, taken->from.name);
    }
    std::vector<double> sum(to.size());
    for (const auto& [taken, module] : givers) {
      const std::span<const float> values = taken->Values(module);
      for (size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<double>(values[i]);
    }
    for (size_t i = 0; i < sum.size(); ++i) {
      to[i] = static_cast<float>(sum[i] / static_cast<double>(givers.size()));
    }
    return OkStatus();
  }

  void CopyOfFeature(const Model& from, const std::string& key) {
    Model& model = composed_.model;
    const int f = model.schema.FindFeature(key), theirs = from.schema.FindFeature(key);
    if (!model.statistics.empty()) {
      const Block block = StatisticsBlock(model.schema, f);
      std::ranges::copy(StatisticsFor(from, key),
                        model.statistics.begin() + static_cast<ptrdiff_t>(block.offset));
    }
    if (from.answer_shares.size() != from.schema.features.size()) return;
    model.answer_shares[static_cast<size_t>(f)] = from.answer_shares[static_cast<size_t>(theirs)];
  }

  const Overlap overlap_;
  ComposedModel& composed_;
};

Status CheckTogether(std::span<const Taken> sources) {
  const ModulesFrom& first = sources.front().from;
  for (const Taken& taken : sources) {
    const Model& model = taken.from.model;
    if (model.state != first.model.state || model.hidden != first.model.hidden ||
        model.feature_decoder_hidden != first.model.feature_decoder_hidden) {
      return InvalidArgument(
          "{} has state = {}, hidden = {} and feature decoders of {}, {} has {}, {} and {}",
          taken.from.name, model.state, model.hidden, model.feature_decoder_hidden, first.name,
          first.model.state, first.model.hidden, first.model.feature_decoder_hidden);
    }
    if (model.statistics.empty() != first.model.statistics.empty()) {
      return InvalidArgument("of {} and {}, one is normalised by its schema, the other by patients",
                             taken.from.name, first.name);
    }
  }
  return OkStatus();
}

void WarnOfStates(std::span<const Taken> sources, std::vector<std::string>& warnings) {
  for (const Taken& taken : sources) {
    if (std::ranges::equal(taken.Values(0), sources.front().Values(0))) continue;
    warnings.push_back(fmt::format(
        "{} and {} have different initial states: were they trained from one start model?",
        sources.front().from.name, taken.from.name));
  }
}

Status CheckWhole(const nn::Layout& layout, const std::map<std::string, bool>& given) {
  for (const nn::ModuleShape& module : layout.modules()) {
    if (given.contains(PlainName(module.id))) continue;
    return InvalidArgument("no source gives '{}': add it to the patterns of one",
                           PlainName(module.id));
  }
  return OkStatus();
}

// The sources that give the module, each with its place there.
std::vector<std::pair<const Taken*, int>> GiversOf(const nn::ModuleId& id,
                                                   const std::vector<Taken>& all) {
  std::vector<std::pair<const Taken*, int>> givers;
  for (const Taken& taken : all) {
    const int theirs = FindAnyVersion(taken.layout, id);
    if (theirs >= 0 && taken.modules[static_cast<size_t>(theirs)] != 0) {
      givers.emplace_back(&taken, theirs);
    }
  }
  return givers;
}

}  // namespace

StatusOr<ComposedModel> Compose(std::span<const ModulesFrom> sources, Overlap overlap) {
  if (sources.empty()) return InvalidArgument("no model to compose from");
  std::vector<Taken> all;
  for (const ModulesFrom& source : sources) {
    ASSIGN_OR_RETURN(Taken taken, Take(source));
    all.push_back(std::move(taken));
  }
  RETURN_IF_ERROR(CheckTogether(all));
  ComposedModel composed;
  Model& model = composed.model;
  const Model& first = sources.front().model;
  model.run = "composed";
  model.state = first.state;
  model.hidden = first.hidden;
  model.feature_decoder_hidden = first.feature_decoder_hidden;
  model.schema.name = first.schema.name;
  model.schema.version = first.schema.version;
  for (const Taken& taken : all) RETURN_IF_ERROR(MergeSchema(taken, model.schema));
  const modn::Architecture architecture =
      data::ArchitectureOf(model.schema, model.state, model.hidden, model.feature_decoder_hidden);
  RETURN_IF_ERROR(modn::Validate(architecture));
  const nn::Layout layout = modn::MakeLayout(architecture);
  model.parameters.resize(layout.size());
  model.answer_shares.resize(model.schema.features.size());
  if (!first.statistics.empty()) model.statistics.resize(data::StatisticsSize(model.schema));
  Filler filler(overlap, composed);
  std::map<std::string, bool> given;
  for (size_t m = 0; m < layout.modules().size(); ++m) {
    const nn::ModuleId& id = layout.modules()[m].id;
    const std::vector<std::pair<const Taken*, int>> givers = GiversOf(id, all);
    if (givers.empty()) continue;
    given[PlainName(id)] = true;
    RETURN_IF_ERROR(filler.Fill(
        givers, id, nn::Slice<float>(model.parameters, layout.module_block(static_cast<int>(m)))));
  }
  RETURN_IF_ERROR(CheckWhole(layout, given));
  WarnOfStates(all, composed.warnings);
  return composed;
}

}  // namespace consilium::training
