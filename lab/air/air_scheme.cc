#include "lab/air/air_scheme.h"

#include <array>
#include <limits>
#include <string>

#include "lab/air/laser.h"
#include "lab/air/random_k.h"
#include "lab/air/sign.h"
#include "lab/air/sketch.h"
#include "lab/air/z_sgd.h"
#include "modules/compress/low_rank.h"
#include "modules/compress/power_sgd.h"
#include "modules/named.h"

namespace consilium::air {
namespace {

constexpr std::array kSchemes = {
    NamedAirScheme{"laser", AirSchemeKind::kLaser, true},
    NamedAirScheme{"z_sgd", AirSchemeKind::kZSgd, false},
    NamedAirScheme{"sign", AirSchemeKind::kSign, false},
    NamedAirScheme{"sketch", AirSchemeKind::kSketch, false},
    NamedAirScheme{"random_k", AirSchemeKind::kRandomK, true},
};

}  // namespace

Status CheckAirScheme(const AirSchemeOptions& options) {
  if (options.rank < 1) return InvalidArgument("rank {}: at least 1 is needed", options.rank);
  if (!(options.min_compression >= 0)) {
    return InvalidArgument("min_compression {}, expected at least 0", options.min_compression);
  }
  if (!(options.ratio > 0 && options.ratio <= 1)) {
    return InvalidArgument("ratio {} of numbers on the air, expected above 0 and at most 1",
                           options.ratio);
  }
  return OkStatus();
}

template <typename Scalar>
StatusOr<std::unique_ptr<AirScheme<Scalar>>> MakeAirScheme(const AirSchemeOptions& options,
                                                           const FlatShape& shape, uint64_t seed) {
  RETURN_IF_ERROR(CheckAirScheme(options));
  const bool low_rank = options.kind == AirSchemeKind::kLaser;
  // Every other scheme takes the tensors one by one as they are.
  const double min_compression =
      low_rank ? options.min_compression : std::numeric_limits<double>::infinity();
  ASSIGN_OR_RETURN(const compress::LowRankLayout layout,
                   compress::PlanLowRank(shape, options.rank, 1, min_compression));
  switch (options.kind) {
    case AirSchemeKind::kLaser:
      return MakeLaser<Scalar>(layout, options.columns,
                               compress::MakePowerSgd<Scalar>(layout, /*iterations=*/1, seed));
    case AirSchemeKind::kZSgd:
      return MakeZSgd<Scalar>(layout);
    case AirSchemeKind::kSign:
      return MakeSign<Scalar>(layout, options.magnitudes);
    case AirSchemeKind::kSketch:
      return MakeSketch<Scalar>(layout, options.ratio, seed);
    case AirSchemeKind::kRandomK:
      return MakeRandomK<Scalar>(layout, options.ratio, seed);
  }
  return InvalidArgument("unknown scheme {}", static_cast<int>(options.kind));
}

std::span<const NamedAirScheme> AllAirSchemes() { return kSchemes; }

StatusOr<AirSchemeKind> ParseAirScheme(std::string_view name) {
  ASSIGN_OR_RETURN(const size_t place,
                   PlaceOfName(kSchemes, name, "channel scheme", &NamedAirScheme::name));
  return kSchemes[place].kind;
}

template StatusOr<std::unique_ptr<AirScheme<float>>> MakeAirScheme(const AirSchemeOptions&,
                                                                   const FlatShape&, uint64_t);
template StatusOr<std::unique_ptr<AirScheme<double>>> MakeAirScheme(const AirSchemeOptions&,
                                                                    const FlatShape&, uint64_t);

}  // namespace consilium::air
