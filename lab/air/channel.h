#ifndef CONSILIUM_LAB_AIR_CHANNEL_H_
#define CONSILIUM_LAB_AIR_CHANNEL_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/status.h"

namespace consilium::air {

enum class ChannelKind {
  kIdeal,     // everything arrives as it was sent: the noiseless mode, "infinite power"
  kGaussian,  // y = sum_i x_i + z, z ~ N(0, noise^2), ||x_i||^2 <= power
  kErasure,   // what a site sends arrives whole or not at all
};

struct ChannelOptions {
  ChannelKind kind = ChannelKind::kIdeal;
  // Gaussian: what one site may spend on one whole signal, the sum of the squares of its numbers.
  double power = 0;
  // Gaussian: standard deviation of what is added to each number that is heard.
  double noise = 1;
  // Erasure: the probability that a site's signal is lost.
  double loss = 0;
};

// Refuses, for a Gaussian channel, a power that is not a number above 0 and a noise that is not one
// of at least 0; for erasures a loss outside [0, 1). What a kind does not use may be anything.
Status CheckChannel(const ChannelOptions& options);

// A multiple-access channel: what the sites send at once is heard as its sum. Every use is numbered
// and draws from a stream of its own, so that a use can be repeated and sites do not depend on one
// another's order. Thread-safe.
class Channel {
 public:
  virtual ~Channel() = default;

  // Whether what `site` sends in this use is part of the sum.
  virtual bool Arrives(uint64_t use, int site) const = 0;

  // Makes of the sum of what arrived what is heard.
  virtual void Disturb(uint64_t use, std::span<double> sum) const = 0;
};

// Refuses what CheckChannel refuses.
StatusOr<std::unique_ptr<Channel>> MakeChannel(const ChannelOptions& options, uint64_t seed);

struct NamedChannel {
  std::string_view name;  // "gaussian"
  ChannelKind kind;
};

// Every channel that a plan can name.
std::span<const NamedChannel> AllChannels();

// The kind of that name; an unknown name is answered with the known ones.
StatusOr<ChannelKind> ParseChannel(std::string_view name);

}  // namespace consilium::air

#endif  // CONSILIUM_LAB_AIR_CHANNEL_H_
