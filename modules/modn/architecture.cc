#include "modules/modn/architecture.h"

#include <cmath>
#include <set>
#include <utility>

#include "base/random.h"

namespace consilium {
namespace {

constexpr int kMostUnits = 4096;
constexpr int kMostCategories = 4096;

Status ValidateKeys(const Architecture& architecture) {
  std::set<std::string> features, outcomes;
  for (const FeatureShape& feature : architecture.features) {
    if (feature.key.empty() || !features.insert(feature.key).second) {
      return InvalidArgument("feature key '{}' is empty or repeated; give each its own",
                             feature.key);
    }
  }
  for (const OutcomeShape& outcome : architecture.outcomes) {
    if (outcome.key.empty() || !outcomes.insert(outcome.key).second) {
      return InvalidArgument("outcome key '{}' is empty or repeated; give each its own",
                             outcome.key);
    }
  }
  return OkStatus();
}

// PyTorch's default for a linear layer: uniform within 1 / sqrt(inputs).
template <typename Scalar>
void FillUniform(Random& random, int inputs, std::span<Scalar> values) {
  const double bound = 1 / std::sqrt(static_cast<double>(inputs));
  for (Scalar& value : values) value = static_cast<Scalar>((2 * random.Uniform() - 1) * bound);
}

template <typename Scalar>
void InitialiseModule(const Architecture& architecture, const Layout& layout, int m, Random& random,
                      std::span<Scalar> parameters) {
  const auto tensor = [&](int t) { return Slice(parameters, layout.tensor_block(m, t)); };
  const ModuleShape& module = layout.modules()[static_cast<size_t>(m)];
  switch (module.id.kind) {
    case ModuleKind::kState:
      for (Scalar& value : tensor(0)) value = static_cast<Scalar>(random.Normal());
      return;
    case ModuleKind::kEncoder:
      for (int t = 0; t < 4; ++t) {
        FillUniform(random, t < 2 ? module.tensors[0].cols : architecture.hidden, tensor(t));
      }
      return;
    default:
      for (int t = 0; t < 2; ++t) FillUniform(random, architecture.state, tensor(t));
      return;
  }
}

}  // namespace

Status Validate(const Architecture& architecture) {
  if (architecture.state < 1 || architecture.state > kMostUnits || architecture.hidden < 1 ||
      architecture.hidden > kMostUnits) {
    return InvalidArgument("state of {} and hidden layer of {} numbers; choose 1 to {}",
                           architecture.state, architecture.hidden, kMostUnits);
  }
  if (architecture.outcomes.empty()) return InvalidArgument("no outcome; name at least one");
  for (const FeatureShape& feature : architecture.features) {
    if (feature.width < 1 || feature.width > kMostCategories) {
      return InvalidArgument("feature '{}' is {} numbers wide; choose 1 to {}", feature.key,
                             feature.width, kMostCategories);
    }
  }
  for (const OutcomeShape& outcome : architecture.outcomes) {
    if (outcome.classes < 2 || outcome.classes > kMostCategories) {
      return InvalidArgument("outcome '{}' has {} classes; choose 2 to {}", outcome.key,
                             outcome.classes, kMostCategories);
    }
  }
  return ValidateKeys(architecture);
}

Layout MakeLayout(const Architecture& architecture) {
  const int state = architecture.state, hidden = architecture.hidden;
  std::vector<ModuleShape> modules;
  const auto add = [&](ModuleKind kind, const std::string& key, std::vector<TensorShape> tensors) {
    ModuleShape module;
    module.id = {kind, key, architecture.schema_version};
    module.tensors = std::move(tensors);
    modules.push_back(std::move(module));
  };
  add(ModuleKind::kState, "", {{"s0", state, 1}});
  for (const FeatureShape& feature : architecture.features) {
    add(ModuleKind::kEncoder, feature.key,
        {{"w1", hidden, feature.width + state},
         {"b1", hidden, 1},
         {"w2", state, hidden},
         {"b2", state, 1}});
  }
  for (const OutcomeShape& outcome : architecture.outcomes) {
    add(ModuleKind::kDecoder, outcome.key,
        {{"w", outcome.classes, state}, {"b", outcome.classes, 1}});
  }
  return Layout(std::move(modules));
}

int DecoderModule(const Architecture& architecture, int outcome) {
  return 1 + static_cast<int>(architecture.features.size()) + outcome;
}

template <typename Scalar>
void Initialise(const Architecture& architecture, const Layout& layout, uint64_t seed,
                std::span<Scalar> parameters) {
  for (size_t m = 0; m < layout.modules().size(); ++m) {
    Random random = Random::Named(seed, "initial " + Name(layout.modules()[m].id));
    InitialiseModule(architecture, layout, static_cast<int>(m), random, parameters);
  }
}

template void Initialise(const Architecture&, const Layout&, uint64_t, std::span<float>);
template void Initialise(const Architecture&, const Layout&, uint64_t, std::span<double>);

}  // namespace consilium
