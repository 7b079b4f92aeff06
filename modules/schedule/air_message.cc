#include "modules/schedule/air_message.h"

#include <cmath>

#include "modules/numbers.h"

namespace consilium {

Status ReadSideNumbers(ByteReader& reader, size_t count, std::vector<double>& numbers) {
  if (reader.remaining() != count * sizeof(double)) {
    return InvalidArgument("side channel message with {} bytes of numbers, expected {}",
                           reader.remaining(), count * sizeof(double));
  }
  std::vector<double> read(count);
  reader.Doubles(read);
  for (const double number : read) {
    if (!(number >= 0) || !std::isfinite(number)) {
      return InvalidArgument("side channel message with {}, expected numbers of at least 0",
                             number);
    }
  }
  numbers.swap(read);
  return OkStatus();
}

template <typename Scalar>
Status ReadSignal(ByteReader& reader, std::span<Scalar> signal) {
  if (reader.remaining() != signal.size_bytes()) {
    return InvalidArgument("signal of {} bytes, expected {}: shape or scheme differ",
                           reader.remaining(), signal.size_bytes());
  }
  if (!TakeFiniteNumbers(reader, signal)) {
    return InvalidArgument("signal with a number that is not finite");
  }
  return OkStatus();
}

template Status ReadSignal(ByteReader&, std::span<float>);
template Status ReadSignal(ByteReader&, std::span<double>);

}  // namespace consilium
