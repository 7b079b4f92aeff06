#ifndef CONSILIUM_LAB_AIR_AIR_MESSAGE_H_
#define CONSILIUM_LAB_AIR_AIR_MESSAGE_H_

#include <cstddef>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "lab/air/allocation.h"
#include "modules/slices.h"
#include "modules/traffic.h"

// What follows the header in messages of an average over the air
// (docs/formats/exchange-messages.md): nothing else, to the end.
namespace consilium::air {

// `count` norms or amplitudes: 8 bytes each, finite and at least 0. On an error `numbers` stays.
Status ReadSideNumbers(ByteReader& reader, size_t count, std::vector<double>& numbers);

// A signal or a mean of signals: finite numbers, as many as `signal` has, which may be half written
// on an error. Scalar is float or double.
template <typename Scalar>
Status ReadSignal(ByteReader& reader, std::span<Scalar> signal);

// What `copies` messages of norms or amplitudes, or of a signal, cost each block.
void CountSideNumbers(std::span<const Segment> segments, size_t copies,
                      std::span<BlockTraffic> by_block);
template <typename Scalar>
void CountSignal(std::span<const Segment> segments, std::span<const Block> blocks, size_t copies,
                 std::span<BlockTraffic> by_block);

// What the channel's noise did to a mean signal.
template <typename Scalar>
void CountNoise(std::span<const Segment> segments, std::span<const Scalar> clean,
                std::span<const Scalar> noisy, std::span<BlockTraffic> by_block);

}  // namespace consilium::air

#endif  // CONSILIUM_LAB_AIR_AIR_MESSAGE_H_
