#include "lab/experiments/multimodn_data.h"

#include <array>
#include <cmath>
#include <limits>

#include "base/random.h"

namespace consilium::experiments {
namespace {

constexpr int kLabs = 6, kNote = 16, kSide = 8;
constexpr size_t kHidden = 6;
using Hidden = std::array<double, kHidden>;

// How each outcome leans on the hidden numbers.
constexpr std::array<Hidden, 3> kLeanings = {{{1.2, 0.3, 0.8, 0.0, 0.6, 0.2},
                                              {0.2, 1.0, 0.0, 1.0, 0.0, 0.8},
                                              {0.5, 0.0, 0.7, 0.5, 1.0, 0.0}}};

// The same mixing for every patient and seed.
std::vector<double> Mixing(int outputs, uint64_t stream) {
  Random random = Random::Named(1, "multimodn mixing", stream);
  std::vector<double> mixing(static_cast<size_t>(outputs) * kHidden);
  for (double& m : mixing) m = random.Normal() / std::sqrt(static_cast<double>(kHidden));
  return mixing;
}

std::vector<float> Mixed(const std::vector<double>& mixing, const Hidden& z, double noise,
                         Random& random) {
  std::vector<float> numbers;
  for (size_t row = 0; row < mixing.size(); row += kHidden) {
    double sum = noise * random.Normal();
    for (size_t j = 0; j < kHidden; ++j) sum += mixing[row + j] * z[j];
    numbers.push_back(static_cast<float>(sum));
  }
  return numbers;
}

std::vector<float> Pulse(const Hidden& z, Random& random) {
  std::vector<float> numbers;
  const auto length = 4 + random.Below(7);
  const double phase = 6.28 * random.Uniform();
  for (uint64_t t = 0; t < length; ++t) {
    const double time = static_cast<double>(t) / 5;
    const double swing = std::exp(0.5 * z[3]) * std::sin(2.5 * static_cast<double>(t) + phase);
    numbers.push_back(static_cast<float>(z[2] * (time - 0.5) + 0.7 * random.Normal()));
    numbers.push_back(static_cast<float>(swing + 0.3 * random.Normal()));
  }
  return numbers;
}

std::vector<float> Scan(const Hidden& z, Random& random) {
  const double row = 3.5 + 1.3 * z[4], column = 2 + 3 * random.Uniform();
  const double brightness = 1.5 + 0.7 * z[5];
  std::vector<float> pixels;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const double distance = (y - row) * (y - row) + (x - column) * (x - column);
      pixels.push_back(
          static_cast<float>(brightness * std::exp(-distance / 3) + 0.3 * random.Normal()));
    }
  }
  return pixels;
}

void AddPatient(const std::vector<double>& labs, const std::vector<double>& note, size_t i,
                Random& random, modn::Examples& examples) {
  Hidden z;
  for (double& number : z) number = random.Normal();
  examples.values[0][i] = static_cast<float>(z[0] + 0.5 * random.Normal());
  const double sign = z[1] + 0.5 * random.Normal();
  examples.values[1][i] = sign < -0.5 ? 0.0f : sign < 0.5 ? 1.0f : 2.0f;
  for (size_t f = 2; f < 6; ++f) examples.values[f][i] = 1;
  examples.payloads[2].Append(Mixed(labs, z, 0.6, random));
  examples.payloads[3].Append(Mixed(note, z, 1.0, random));
  const std::vector<float> pulse = Pulse(z, random);
  examples.values[4][i] = static_cast<float>(pulse.size() / 2);
  examples.payloads[4].Append(pulse);
  examples.payloads[5].Append(Scan(z, random));
  for (size_t o = 0; o < kLeanings.size(); ++o) {
    double score = -0.4;
    for (size_t j = 0; j < kHidden; ++j) score += 1.5 * kLeanings[o][j] * z[j];
    examples.labels[o][i] = random.Uniform() < 1 / (1 + std::exp(-score)) ? 1 : 0;
  }
}

void Lose(modn::Examples& examples, size_t feature, const std::vector<bool>& lost) {
  const modn::RaggedRows<float> before = std::move(examples.payloads[feature]);
  modn::RaggedRows<float> after;
  for (size_t i = 0; i < lost.size(); ++i) {
    if (lost[i]) examples.values[feature][i] = std::numeric_limits<float>::quiet_NaN();
    if (before.rows() == 0) continue;
    after.Append(lost[i] ? std::span<const float>() : before[static_cast<int>(i)]);
  }
  examples.payloads[feature] = std::move(after);
}

}  // namespace

modn::Architecture SyntheticArchitecture(int state, int hidden, bool state_first) {
  modn::Architecture architecture;
  architecture.state = state;
  architecture.hidden = hidden;
  const modn::EncoderShape encoder = {modn::EncoderKind::kDefault, {}, state_first, true};
  architecture.features = {{"age", 1},
                           {"sign", 3},
                           {"labs", kLabs, modn::Modality::kVector, 0, encoder},
                           {"note", kNote, modn::Modality::kVector, 0, encoder},
                           {"pulse", 2, modn::Modality::kSeries, 0, encoder},
                           {"scan", kSide, modn::Modality::kImage, kSide}};
  architecture.outcomes = {{"o0", 2}, {"o1", 2}, {"o2", 2}};
  return architecture;
}

modn::Examples SyntheticPatients(const modn::Architecture& architecture, int patients,
                                 uint64_t seed) {
  const std::vector<double> labs = Mixing(kLabs, 0), note = Mixing(kNote, 1);
  Random random = Random::Named(seed, "multimodn patients");
  modn::Examples examples = modn::NoAnswers<float>(architecture, patients);
  for (size_t f = 2; f < 6; ++f) examples.payloads[f] = {};
  for (int i = 0; i < patients; ++i) {
    AddPatient(labs, note, static_cast<size_t>(i), random, examples);
  }
  return examples;
}

void LoseAtRandom(modn::Examples& examples, double share, uint64_t seed) {
  Random random = Random::Named(seed, "multimodn missing");
  for (size_t f = 0; f < examples.values.size(); ++f) {
    std::vector<bool> lost;
    for (int i = 0; i < examples.patients; ++i) lost.push_back(random.Uniform() < share);
    Lose(examples, f, lost);
  }
}

modn::Examples WithoutFeature(const modn::Examples& examples, int feature) {
  modn::Examples rest = examples;
  rest.values.erase(rest.values.begin() + feature);
  rest.payloads.erase(rest.payloads.begin() + feature);
  return rest;
}

modn::Examples OnlyOutcome(const modn::Examples& examples, int outcome) {
  modn::Examples one = examples;
  one.labels = {examples.labels[static_cast<size_t>(outcome)]};
  one.targets = {{}};
  return one;
}

}  // namespace consilium::experiments
