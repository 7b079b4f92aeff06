#include "lab/air/channel.h"

#include <array>
#include <cmath>
#include <string>

#include "base/random.h"
#include "modules/named.h"

namespace consilium::air {
namespace {

constexpr std::array kChannels = {
    NamedChannel{"ideal", ChannelKind::kIdeal},
    NamedChannel{"gaussian", ChannelKind::kGaussian},
    NamedChannel{"erasure", ChannelKind::kErasure},
};

class Ideal final : public Channel {
 public:
  bool Arrives(uint64_t, int) const override { return true; }
  void Disturb(uint64_t, std::span<double>) const override {}
};

class Gaussian final : public Channel {
 public:
  Gaussian(double noise, uint64_t seed) : noise_(noise), seed_(seed) {}

  bool Arrives(uint64_t, int) const override { return true; }
  void Disturb(uint64_t use, std::span<double> sum) const override {
    if (noise_ == 0) return;
    Random random = Random::Named(seed_, "channel noise", use);
    for (double& value : sum) value += noise_ * random.Normal();
  }

 private:
  const double noise_;
  const uint64_t seed_;
};

class Erasure final : public Channel {
 public:
  Erasure(double loss, uint64_t seed) : loss_(loss), seed_(seed) {}

  bool Arrives(uint64_t use, int site) const override {
    const uint64_t stream = Random::Named(seed_, "channel loss", use).Bits();
    return Random::Named(stream, "site", static_cast<uint64_t>(site)).Uniform() >= loss_;
  }
  void Disturb(uint64_t, std::span<double>) const override {}

 private:
  const double loss_;
  const uint64_t seed_;
};

}  // namespace

Status CheckChannel(const ChannelOptions& options) {
  if (options.kind == ChannelKind::kGaussian) {
    if (!(options.power > 0) || !std::isfinite(options.power)) {
      return InvalidArgument(
          "channel power {}, expected a number above 0; for a channel without noise take the kind "
          "\"ideal\"",
          options.power);
    }
    if (!(options.noise >= 0) || !std::isfinite(options.noise)) {
      return InvalidArgument("channel noise {}, expected a number of at least 0", options.noise);
    }
  }
  if (options.kind == ChannelKind::kErasure && !(options.loss >= 0 && options.loss < 1)) {
    return InvalidArgument("channel loss {}, expected at least 0 and below 1", options.loss);
  }
  return OkStatus();
}

StatusOr<std::unique_ptr<Channel>> MakeChannel(const ChannelOptions& options, uint64_t seed) {
  RETURN_IF_ERROR(CheckChannel(options));
  std::unique_ptr<Channel> channel;
  switch (options.kind) {
    case ChannelKind::kIdeal:
      channel = std::make_unique<Ideal>();
      break;
    case ChannelKind::kGaussian:
      channel = std::make_unique<Gaussian>(options.noise, seed);
      break;
    case ChannelKind::kErasure:
      channel = std::make_unique<Erasure>(options.loss, seed);
      break;
  }
  return channel;
}

std::span<const NamedChannel> AllChannels() { return kChannels; }

StatusOr<ChannelKind> ParseChannel(std::string_view name) {
  ASSIGN_OR_RETURN(const size_t place,
                   PlaceOfName(kChannels, name, "channel", &NamedChannel::name));
  return kChannels[place].kind;
}

}  // namespace consilium::air
