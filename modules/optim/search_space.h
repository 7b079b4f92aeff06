#ifndef CONSILIUM_MODULES_OPTIM_SEARCH_SPACE_H_
#define CONSILIUM_MODULES_OPTIM_SEARCH_SPACE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "modules/optim/optimisers.h"
#include "modules/optim/rate.h"

namespace consilium {
class Random;
}  // namespace consilium

// What random search draws the settings of an optimiser from (docs/papers.md, Tunability).
namespace consilium::optim {

struct Prior {
  enum class Kind {
    kConstant,             // a
    kUniform,              // between a and b
    kLog10Normal,          // 10^N(a, b)
    kLog10Uniform,         // 10^U[a, b]
    kOneMinusLog10Uniform  // 1 - 10^U[a, b]
  };
  Kind kind = Kind::kConstant;
  double a = 0;
  double b = 0;
  bool operator==(const Prior&) const = default;
};

double Draw(const Prior& prior, Random& random);

// One optimiser with what is tuned of it. What is not tuned is constant.
struct SearchSpace {
  std::string name;                // "adam_lr"
  std::string optimiser = "adam";  // of modules/optim/optimisers.h
  RateShape rate = RateShape::kConstant;
  Prior learning_rate = {Prior::Kind::kLog10Normal, -3.021, 1.271};
  Prior momentum = {Prior::Kind::kConstant, 0.9, 0};
  Prior beta1 = {Prior::Kind::kConstant, 0.9, 0};
  Prior beta2 = {Prior::Kind::kConstant, 0.999, 0};
  Prior epsilon = {Prior::Kind::kConstant, 1e-8, 0};
  Prior weight_decay = {};
  Prior rate_power = {Prior::Kind::kConstant, 1, 0};
  bool operator==(const SearchSpace&) const = default;
};

// The calibrated priors of the paper's code, by its names in lower case. Its "adamw" options are
// Adam with L2, and so is this optimiser adam_l2.
std::vector<SearchSpace> PublishedSearchSpaces();

struct Configuration {
  std::string optimiser;
  RateShape rate = RateShape::kConstant;
  double learning_rate = 0;
  double rate_power = 1;
  OptimiserSettings settings;
  bool operator==(const Configuration&) const = default;
};

// Trial 0, 1, ... of a search: the same seed, name and number give the same bits, whatever else is
// drawn and in whatever order.
Configuration DrawConfiguration(const SearchSpace& space, uint64_t seed, int trial);

}  // namespace consilium::optim

#endif  // CONSILIUM_MODULES_OPTIM_SEARCH_SPACE_H_
