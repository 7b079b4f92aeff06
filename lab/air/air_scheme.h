#ifndef CONSILIUM_LAB_AIR_AIR_SCHEME_H_
#define CONSILIUM_LAB_AIR_AIR_SCHEME_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "lab/air/allocation.h"
#include "modules/slices.h"

namespace consilium::air {

// One site's side of a way to put an update on the air: what it gives as its signal, and what it
// makes of the mean signal that comes back, with the channel's noise in it. All sites that are made
// alike and get the same means end with the same values. A round is Begin, then End.
// Not thread-safe.
template <typename Scalar>
class AirScheme {
 public:
  virtual ~AirScheme() = default;

  // The signal for these values, which have the size of the shape and are finite; valid until End.
  virtual std::span<const Scalar> Begin(std::span<const Scalar> values) = 0;

  // How the signal of the round divides; valid from Begin to End.
  virtual std::span<const Segment> Segments() const = 0;

  // Writes the values that the mean signal stands for. `counted` is false when this site's signal
  // is not in the mean; with error feedback it then stays in the error.
  virtual void End(std::span<const Scalar> mean, bool counted, std::span<Scalar> values) = 0;

  // Error feedback, between rounds: what will be added to the next values, and what was so at
  // another scheme of this shape. Empty without error feedback. Owe refuses another size.
  virtual std::vector<Scalar> Owed() const { return {}; }
  virtual Status Owe(std::span<const Scalar> owed);
};

template <typename Scalar>
Status AirScheme<Scalar>::Owe(std::span<const Scalar> owed) {
  if (owed.empty()) return OkStatus();
  return InvalidArgument("{} numbers are owed to a scheme without error feedback", owed.size());
}

enum class AirSchemeKind {
  kLaser,    // one thin factor of each matrix
  kZSgd,     // the values as they are
  kSign,     // their signs
  kSketch,   // a count-mean sketch of each tensor
  kRandomK,  // some of the values, the same at all sites
};

struct AirSchemeOptions {
  AirSchemeKind kind = AirSchemeKind::kLaser;
  int rank = 4;                  // LASER
  double min_compression = 2.0;  // LASER: see CompressorOptions
  // LASER: each column of a factor has a scale and a power of its own, by the norm of the column;
  // otherwise they share the factor's.
  bool columns = true;
  double ratio = 0.2;  // sketch, random-k: numbers on the air for each value
  // Sign: the mean magnitude of each tensor goes on the air as well and scales the signs. Without
  // it, as in the literature, the result is 1, -1 or 0 and the learning rate makes a step of it.
  bool magnitudes = true;
};

// Refuses rank < 1, a min_compression that is negative or not a number, and a ratio outside (0, 1].
Status CheckAirScheme(const AirSchemeOptions& options);

// Sites that average with one another must be given the same options, shape and seed. Refuses what
// CheckAirScheme refuses and a shape whose matrices do not fill its blocks.
template <typename Scalar>
StatusOr<std::unique_ptr<AirScheme<Scalar>>> MakeAirScheme(const AirSchemeOptions& options,
                                                           const FlatShape& shape, uint64_t seed);

struct NamedAirScheme {
  std::string_view name;  // "laser"
  AirSchemeKind kind;
  bool feeds_back;  // has error feedback
};

// Every scheme that a plan can name.
std::span<const NamedAirScheme> AllAirSchemes();

// The kind of that name; an unknown name is answered with the known ones.
StatusOr<AirSchemeKind> ParseAirScheme(std::string_view name);

}  // namespace consilium::air

#endif  // CONSILIUM_LAB_AIR_AIR_SCHEME_H_
