#include "modules/modn/architecture.h"

#include <cmath>
#include <set>
#include <utility>

#include "base/random.h"
#include "modules/modn/encoders/tensors.h"

namespace consilium::modn {
namespace {

constexpr int kMostUnits = 4096;
constexpr int kMostClasses = 4096;

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

// A bias is drawn like the weight before it.
template <typename Scalar>
void InitialiseModule(const nn::Layout& layout, int m, Random& random,
                      std::span<Scalar> parameters) {
  const nn::ModuleShape& module = layout.modules()[static_cast<size_t>(m)];
  int inputs = 1;
  for (size_t t = 0; t < module.tensors.size(); ++t) {
    const nn::TensorShape& tensor = module.tensors[t];
    const auto values = nn::Slice(parameters, layout.tensor_block(m, static_cast<int>(t)));
    if (module.id.kind == nn::ModuleKind::kState) {
      for (Scalar& value : values) value = static_cast<Scalar>(random.Normal());
      continue;
    }
    if (tensor.name.starts_with('w')) inputs = tensor.cols;
    FillUniform(random, inputs, values);
  }
}

std::vector<nn::TensorShape> DecoderTensors(const OutcomeShape& outcome, int state) {
  const int outputs = Outputs(outcome);
  if (outcome.hidden == 0) return {{"w", outputs, state}, {"b", outputs, 1}};
  return {{"w1", outcome.hidden, state},
          {"b1", outcome.hidden, 1},
          {"w2", outputs, outcome.hidden},
          {"b2", outputs, 1}};
}

std::vector<nn::TensorShape> FeatureDecoderTensors(const Architecture& architecture,
                                                   const FeatureShape& feature) {
  const int hidden = architecture.feature_decoder_hidden;
  const int outputs = feature.width > 1 ? feature.width : 2;
  const int units = feature.width > 1 ? hidden : 2 * hidden;
  return {{"w1", units, architecture.state},
          {"b1", units, 1},
          {"w2", outputs, hidden},
          {"b2", outputs, 1}};
}

}  // namespace

Status Validate(const Architecture& architecture) {
  if (architecture.state < 1 || architecture.state > kMostUnits || architecture.hidden < 1 ||
      architecture.hidden > kMostUnits) {
    return InvalidArgument("state of {} and hidden layer of {} numbers; choose 1 to {}",
                           architecture.state, architecture.hidden, kMostUnits);
  }
  if (architecture.feature_decoder_hidden < 0 || architecture.feature_decoder_hidden > kMostUnits) {
    return InvalidArgument("feature decoders of {} hidden units; choose 0 (none) to {}",
                           architecture.feature_decoder_hidden, kMostUnits);
  }
  if (architecture.outcomes.empty()) return InvalidArgument("no outcome; name at least one");
  for (const FeatureShape& feature : architecture.features) {
    RETURN_IF_ERROR(Validate(feature));
  }
  for (const OutcomeShape& outcome : architecture.outcomes) {
    if (outcome.classes == 1 || outcome.classes < 0 || outcome.classes > kMostClasses) {
      return InvalidArgument("outcome '{}' has {} classes; choose 2 to {}, or 0 for a number",
                             outcome.key, outcome.classes, kMostClasses);
    }
    if (outcome.hidden < 0 || outcome.hidden > kMostUnits) {
      return InvalidArgument("outcome '{}' has a hidden layer of {}; choose 0 (none) to {}",
                             outcome.key, outcome.hidden, kMostUnits);
    }
  }
  return ValidateKeys(architecture);
}

nn::Layout MakeLayout(const Architecture& architecture) {
  std::vector<nn::ModuleShape> modules;
  const auto add = [&](nn::ModuleKind kind, const std::string& key,
                       std::vector<nn::TensorShape> tensors) {
    nn::ModuleShape module;
    module.id = {kind, key, architecture.schema_version};
    module.tensors = std::move(tensors);
    modules.push_back(std::move(module));
  };
  add(nn::ModuleKind::kState, "", {{"s0", architecture.state, 1}});
  for (const FeatureShape& feature : architecture.features) {
    add(nn::ModuleKind::kEncoder, feature.key, EncoderTensors(architecture, feature));
  }
  for (const OutcomeShape& outcome : architecture.outcomes) {
    add(nn::ModuleKind::kDecoder, outcome.key, DecoderTensors(outcome, architecture.state));
  }
  for (size_t f = 0; f < architecture.features.size(); ++f) {
    if (!HasFeatureDecoder(architecture, static_cast<int>(f))) continue;
    const FeatureShape& feature = architecture.features[f];
    add(nn::ModuleKind::kFeatureDecoder, feature.key, FeatureDecoderTensors(architecture, feature));
  }
  return nn::Layout(std::move(modules));
}

int DecoderModule(const Architecture& architecture, int outcome) {
  return 1 + static_cast<int>(architecture.features.size()) + outcome;
}

bool HasFeatureDecoder(const Architecture& architecture, int feature) {
  const FeatureShape& shape = architecture.features[static_cast<size_t>(feature)];
  return architecture.feature_decoder_hidden > 0 && shape.modality == Modality::kAnswer;
}

int FeatureDecoderModule(const Architecture& architecture, int feature) {
  if (!HasFeatureDecoder(architecture, feature)) return -1;
  int module = DecoderModule(architecture, static_cast<int>(architecture.outcomes.size()));
  for (int f = 0; f < feature; ++f) module += HasFeatureDecoder(architecture, f) ? 1 : 0;
  return module;
}

template <typename Scalar>
void Initialise(const Architecture&, const nn::Layout& layout, uint64_t seed,
                std::span<Scalar> parameters) {
  for (size_t m = 0; m < layout.modules().size(); ++m) {
    Random random = Random::Named(seed, "initial " + nn::Name(layout.modules()[m].id));
    InitialiseModule(layout, static_cast<int>(m), random, parameters);
  }
}

template void Initialise(const Architecture&, const nn::Layout&, uint64_t, std::span<float>);
template void Initialise(const Architecture&, const nn::Layout&, uint64_t, std::span<double>);

}  // namespace consilium::modn
