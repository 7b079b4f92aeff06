#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/read_fields.h"
#include "fmt/format.h"
#include "server/training/tune_options.h"
#include "server/training/words.h"

namespace consilium::training {
namespace {

using Kind = optim::Prior::Kind;

struct NamedKind {
  const char* name;
  Kind kind;
};
constexpr std::array kKinds = {NamedKind{"uniform", Kind::kUniform},
                               NamedKind{"log10_normal", Kind::kLog10Normal},
                               NamedKind{"log10_uniform", Kind::kLog10Uniform},
                               NamedKind{"one_minus_log10_uniform", Kind::kOneMinusLog10Uniform}};

constexpr double kLargestExponent = 20;

void ReadPair(TomlTable& table, const NamedKind& named, optim::Prior& prior) {
  const std::optional<std::vector<double>> pair = table.Numbers(named.name);
  if (!pair) return;
  const bool normal = named.kind == Kind::kLog10Normal;
  if (pair->size() != 2 ||
      std::max(std::abs(pair->front()), std::abs(pair->back())) > kLargestExponent ||
      (normal ? pair->back() < 0 : pair->back() < pair->front())) {
    table.ComplainAt(named.name,
                     fmt::format("{} wants [{}] with numbers within {}", named.name,
                                 normal ? "mean, deviation" : "from, to", kLargestExponent));
    return;
  }
  prior = {named.kind, pair->front(), pair->back()};
}

// A number, or a table with one distribution: { log10_normal = [-3, 1.2] }.
void ReadPrior(TomlTable& search, const char* key, optim::Prior& prior) {
  using Type = TomlTable::Type;
  const Type type = search.TypeOf(key);
  if (type == Type::kAbsent) return;
  if (type != Type::kTable) {
    if (const std::optional<double> value = search.Number(key)) {
      prior = {Kind::kConstant, *value, 0};
    }
    return;
  }
  std::optional<TomlTable> table = search.Table(key);
  if (!table) return;
  if (table->Keys().size() != 1) table->Complain(fmt::format("{} wants one distribution", key));
  for (const NamedKind& named : kKinds) {
    if (table->Has(named.name)) ReadPair(*table, named, prior);
  }
}

optim::SearchSpace ReadSearch(TomlTable& table, const TrainingOptions& training) {
  optim::SearchSpace space;
  space.rate = training.rate;
  space.momentum = {Kind::kConstant, training.momentum, 0};
  space.weight_decay = {Kind::kConstant, training.weight_decay, 0};
  space.optimiser = training.optimiser;
  space.name = table.RequireText("name");
  ReadFields(table, [&](Fields& fields) {
    fields.Add({"optimiser", Name{&space.optimiser, optim::OptimiserNames()}});
    fields.Add({"rate", OneOf(space.rate, kRates)});
  });
  ReadPrior(table, "learning_rate", space.learning_rate);
  ReadPrior(table, "momentum", space.momentum);
  ReadPrior(table, "beta1", space.beta1);
  ReadPrior(table, "beta2", space.beta2);
  ReadPrior(table, "epsilon", space.epsilon);
  ReadPrior(table, "weight_decay", space.weight_decay);
  ReadPrior(table, "rate_power", space.rate_power);
  return space;
}

std::vector<std::string> NamesOf(const std::vector<optim::SearchSpace>& spaces) {
  std::vector<std::string> names;
  for (const optim::SearchSpace& space : spaces) names.push_back(space.name);
  return names;
}

// Those of `published` that `names` asks for, in its order.
std::vector<optim::SearchSpace> Chosen(const std::vector<optim::SearchSpace>& published,
                                       const std::vector<std::string>& names) {
  std::vector<optim::SearchSpace> chosen;
  for (const std::string& name : names) {
    for (const optim::SearchSpace& space : published) {
      if (space.name == name) chosen.push_back(space);
    }
  }
  return chosen;
}

void CheckNames(TomlTable& tune, const std::vector<optim::SearchSpace>& searches) {
  std::vector<std::string> names = NamesOf(searches);
  std::sort(names.begin(), names.end());
  if (const auto twice = std::adjacent_find(names.begin(), names.end()); twice != names.end()) {
    tune.Complain(fmt::format("two searches are named '{}'", *twice));
  }
  if (names.empty()) tune.Complain("nothing to search");
}

}  // namespace

void DeclareTune(Fields& fields, TuneOptions& options, std::vector<std::string>& searches) {
  fields.Add({"trials", &options.trials, {1, 100'000}, "of each search"});
  fields.Add({"seed", &options.seed, {0}, "of the settings drawn"});
  fields.Add({"training", OneOf(options.training, kTuneTrainings)});
  fields.Add({"score",
              OneOf(options.score, kTuneScores),
              {},
              "of validation patients, picks the trial to keep"});
  fields.Add({.key = "searches",
              .place = Names{&searches, NamesOf(optim::PublishedSearchSpaces())},
              .help = "published ones, without this key and [[tune.search]] all",
              .example = "[\"adam_lr\", \"sgdmw\"]"});
}

void ReadTune(TomlTable& tune, const TrainingOptions& training, TuneOptions& options) {
  const std::vector<optim::SearchSpace> published = optim::PublishedSearchSpaces();
  std::vector<std::string> names;
  std::vector<TomlTable> own = tune.Tables("search");
  const bool all = !tune.Has("searches") && own.empty();
  ReadFields(tune, [&](Fields& fields) { DeclareTune(fields, options, names); });
  options.searches = all ? published : Chosen(published, names);
  for (TomlTable& table : own) options.searches.push_back(ReadSearch(table, training));
  CheckNames(tune, options.searches);
}

}  // namespace consilium::training
