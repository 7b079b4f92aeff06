#ifndef CONSILIUM_MODULES_MODN_FEATURE_SHAPE_H_
#define CONSILIUM_MODULES_MODN_FEATURE_SHAPE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace consilium::modn {

// What a patient gives in answer to one question.
enum class Modality : uint8_t {
  kAnswer,  // one number (width 1), or one of width >= 2 categories, one-hot
  kVector,  // `width` numbers: measurements taken together, or an embedding computed elsewhere
  kSeries,  // one or more vectors of `width` numbers, in the order of time
  kImage,   // `height` rows of `width` grey values
};

enum class EncoderKind : uint8_t {
  kDefault,      // kMlp for vectors, kGru for series, kConvolution for images
  kMlp,          // vectors: fully connected layers with ReLU
  kElman,        // series: h' = tanh(W x + V h), the last h counts
  kGru,          // series: Cho et al. 2014, gates as in PyTorch
  kLstm,         // series: Hochreiter and Schmidhuber 1997 with a forget gate
  kConvolution,  // images: 3x3 convolution, pooling, a residual block, mean over the image
};

// How x and the state become a new state; kAnswer has the encoder of MoDN and ignores this.
struct EncoderShape {
  EncoderKind kind = EncoderKind::kDefault;
  // kMlp: hidden layers, first to last. Others: one number, the units or channels. Empty: one layer
  // of Architecture::hidden (16 channels for images). kMlp, {0}: no hidden layer, x and the state
  // go into one linear layer.
  std::vector<int> hidden = {};
  // Where the state joins: beside x, or beside the last layer's input, as in MultiModN. Images: the
  // latter.
  bool state_first = false;
  bool residual = true;  // the encoder gives a change of state rather than the state
  bool operator==(const EncoderShape&) const = default;
};

struct FeatureShape {
  std::string key;
  int width = 1;
  Modality modality = Modality::kAnswer;
  int height = 0;  // of images; else 0
  EncoderShape encoder = {};
  bool operator==(const FeatureShape&) const = default;
};

// Numbers in one patient's payload: the width, or width * height. Of a series: in one vector of it.
int PayloadUnit(const FeatureShape& feature);

// The kind and hidden sizes with defaults filled in; `hidden` is Architecture::hidden.
EncoderShape Resolved(const FeatureShape& feature, int hidden);

// Sizes positive and sensible, an encoder that can take the modality.
Status Validate(const FeatureShape& feature);

// "answer", "vector", "series", "image"; "mlp", "elman", "gru", "lstm", "convolution".
std::string_view Name(Modality modality);
std::string_view Name(EncoderKind kind);

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_FEATURE_SHAPE_H_
