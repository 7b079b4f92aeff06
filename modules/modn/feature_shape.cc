#include "modules/modn/feature_shape.h"

#include <array>
#include <utility>

namespace consilium::modn {
namespace {

constexpr int kMostNumbers = 4096;
constexpr int kMostLayers = 8;
constexpr int kMostPixels = 1 << 16;

EncoderKind DefaultKind(Modality modality) {
  switch (modality) {
    case Modality::kSeries:
      return EncoderKind::kGru;
    case Modality::kImage:
      return EncoderKind::kConvolution;
    default:
      return EncoderKind::kMlp;
  }
}

bool CanEncode(EncoderKind kind, Modality modality) {
  switch (modality) {
    case Modality::kSeries:
      return kind == EncoderKind::kElman || kind == EncoderKind::kGru || kind == EncoderKind::kLstm;
    default:
      return kind == DefaultKind(modality);
  }
}

Status ValidateSize(const FeatureShape& feature) {
  if (feature.width < 1 || feature.width > kMostNumbers) {
    return InvalidArgument("feature '{}' is {} numbers wide; choose 1 to {}", feature.key,
                           feature.width, kMostNumbers);
  }
  if (feature.modality != Modality::kImage) {
    if (feature.height == 0) return OkStatus();
    return InvalidArgument("feature '{}' is no image but {} rows high; leave the height out",
                           feature.key, feature.height);
  }
  if (feature.height < 2 || feature.width < 2 || feature.height > kMostPixels / feature.width) {
    return InvalidArgument("image '{}' of {} x {}; at least 2 x 2 and at most {} pixels",
                           feature.key, feature.height, feature.width, kMostPixels);
  }
  return OkStatus();
}

}  // namespace

int PayloadUnit(const FeatureShape& feature) {
  return feature.modality == Modality::kImage ? feature.width * feature.height : feature.width;
}

EncoderShape Resolved(const FeatureShape& feature, int hidden) {
  EncoderShape shape = feature.encoder;
  if (shape.kind == EncoderKind::kDefault) shape.kind = DefaultKind(feature.modality);
  if (shape.hidden.empty()) {
    shape.hidden = {shape.kind == EncoderKind::kConvolution ? 16 : hidden};
  }
  if (shape.kind == EncoderKind::kMlp && shape.hidden == std::vector<int>{0}) {
    shape.hidden.clear();
    shape.state_first = false;
  }
  return shape;
}

Status Validate(const FeatureShape& feature) {
  RETURN_IF_ERROR(ValidateSize(feature));
  if (feature.modality == Modality::kAnswer) {
    if (feature.encoder == EncoderShape{}) return OkStatus();
    return InvalidArgument("feature '{}' is one answer, whose encoder is fixed; give none",
                           feature.key);
  }
  const EncoderShape shape = Resolved(feature, 1);
  if (!CanEncode(shape.kind, feature.modality)) {
    return InvalidArgument("feature '{}' is a {}, which a {} encoder cannot take", feature.key,
                           Name(feature.modality), Name(shape.kind));
  }
  const size_t layers = shape.kind == EncoderKind::kMlp ? kMostLayers : 1;
  if (shape.hidden.size() > layers) {
    return InvalidArgument("feature '{}' has {} hidden layers; at most {}", feature.key,
                           shape.hidden.size(), layers);
  }
  for (const int units : shape.hidden) {
    if (units >= 1 && units <= kMostNumbers) continue;
    return InvalidArgument("feature '{}' has a hidden layer of {}; choose 1 to {}", feature.key,
                           units, kMostNumbers);
  }
  if (shape.state_first && feature.modality == Modality::kImage) {
    return InvalidArgument("image '{}' wants the state at the first layer; only the last takes it",
                           feature.key);
  }
  return OkStatus();
}

std::string_view Name(Modality modality) {
  constexpr std::array<std::string_view, 4> kNames = {"answer", "vector", "series", "image"};
  return kNames[static_cast<size_t>(modality)];
}

std::string_view Name(EncoderKind kind) {
  constexpr std::array<std::string_view, 6> kNames = {"default", "mlp",  "elman",
                                                      "gru",     "lstm", "convolution"};
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace consilium::modn
