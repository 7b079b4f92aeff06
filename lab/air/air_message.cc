#include "lab/air/air_message.h"

#include <cmath>

#include "modules/numbers.h"

namespace consilium::air {

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
  return TakeNumbersWithin("signal", reader, signal);
}

void CountSideNumbers(std::span<const Segment> segments, size_t copies,
                      std::span<BlockTraffic> by_block) {
  for (const Segment& segment : segments) {
    by_block[static_cast<size_t>(segment.block)].bytes += copies * sizeof(double);
  }
}

template <typename Scalar>
void CountSignal(std::span<const Segment> segments, std::span<const Block> blocks, size_t copies,
                 std::span<BlockTraffic> by_block) {
  for (size_t b = 0; b < blocks.size(); ++b) by_block[b].numbers += copies * blocks[b].size;
  for (const Segment& segment : segments) {
    by_block[static_cast<size_t>(segment.block)].bytes += copies * segment.size * sizeof(Scalar);
  }
}

template <typename Scalar>
void CountNoise(std::span<const Segment> segments, std::span<const Scalar> clean,
                std::span<const Scalar> noisy, std::span<BlockTraffic> by_block) {
  for (const Segment& segment : segments) {
    BlockTraffic& traffic = by_block[static_cast<size_t>(segment.block)];
    for (size_t i = segment.offset; i < segment.offset + segment.size; ++i) {
      const auto meant = static_cast<double>(clean[i]);
      const double noise = static_cast<double>(noisy[i]) - meant;
      traffic.squared_error += noise * noise;
      traffic.squared_norm += meant * meant;
    }
  }
}

template void CountSignal<float>(std::span<const Segment>, std::span<const Block>, size_t,
                                 std::span<BlockTraffic>);
template void CountSignal<double>(std::span<const Segment>, std::span<const Block>, size_t,
                                  std::span<BlockTraffic>);
template void CountNoise(std::span<const Segment>, std::span<const float>, std::span<const float>,
                         std::span<BlockTraffic>);
template void CountNoise(std::span<const Segment>, std::span<const double>, std::span<const double>,
                         std::span<BlockTraffic>);
template Status ReadSignal(ByteReader&, std::span<float>);
template Status ReadSignal(ByteReader&, std::span<double>);

}  // namespace consilium::air
