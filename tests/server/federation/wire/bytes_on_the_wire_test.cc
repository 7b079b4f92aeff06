#include <string>

#include "gmock/gmock.h"
#include "proto/federation.pb.h"
#include "server/federation/traffic.h"
#include "server/federation/wire/chunks.h"

namespace consilium::federation {
namespace {

constexpr uint64_t kGrpcPrefix = 5;

PeerMessage MessageOf(size_t body, int round, uint64_t sequence) {
  return {"heart",
          7,
          round > 0 ? Stage::kRound : Stage::kStatistics,
          round,
          "cleveland-two",
          "va",
          sequence,
          std::string(body, 'x')};
}

uint64_t AsTheStreamCarriesIt(const PeerMessage& message) {
  MessageDivider divider(message);
  uint64_t bytes = 0;
  while (!divider.done()) {
    v1::FromNode envelope;
    divider.Next(*envelope.mutable_peer());
    bytes += envelope.ByteSizeLong() + kGrpcPrefix;
  }
  return bytes;
}

TEST(BytesOnTheWireTest, AreThoseOfTheChunksThatTheStreamCarries) {
  for (const size_t body : {size_t{0}, size_t{1}, size_t{127}, size_t{128}, size_t{5000},
                            kLargestChunkBytes, kLargestChunkBytes + 1, 3 * kLargestChunkBytes}) {
    for (const int round : {0, 1, 200}) {
      const PeerMessage message = MessageOf(body, round, body % 300);
      EXPECT_EQ(BytesOnTheWire(message), AsTheStreamCarriesIt(message)) << body << " " << round;
    }
  }
}

TEST(BytesOnTheWireTest, AddLessThanAHundredthToAMessageOfSomeThousandBytes) {
  const PeerMessage message = MessageOf(16'000, 3, 4);
  EXPECT_LT(static_cast<double>(BytesOnTheWire(message)), 1.01 * 16'000);
}

}  // namespace
}  // namespace consilium::federation
