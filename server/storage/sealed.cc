#include "server/storage/sealed.h"

namespace consilium::storage {
namespace {

constexpr size_t kCrcBytes = 4;

}  // namespace

std::string Seal(ByteWriter&& written) {
  std::string sealed = written.Take();
  ByteWriter crc;
  crc.U32(Crc32c(sealed));
  sealed.append(crc.Take());
  return sealed;
}

StatusOr<std::string_view> Unseal(std::string_view bytes, uint8_t newest, std::string_view what) {
  if (bytes.size() < 1 + kCrcBytes) {
    return DataLoss("{}: {} bytes, expected at least {}; restore it from a back-up", what,
                    bytes.size(), 1 + kCrcBytes);
  }
  const std::string_view covered = bytes.substr(0, bytes.size() - kCrcBytes);
  const uint32_t stored = ByteReader(bytes.substr(covered.size())).U32();
  if (const uint32_t actual = Crc32c(covered); actual != stored) {
    return DataLoss("{}: damaged (checksum {:08x}, expected {:08x}); restore it from a back-up",
                    what, actual, stored);
  }
  const auto version = static_cast<uint8_t>(covered[0]);
  if (version == 0 || version > newest) {
    return FailedPrecondition(
        "{}: version {}, this program knows versions 1 to {}; run the newer program that wrote it",
        what, version, newest);
  }
  return covered.substr(1);
}

size_t ReadCount(ByteReader& reader, size_t bytes_each) {
  const uint64_t count = reader.U64();
  if (count > reader.remaining() / bytes_each) {
    reader.Raw(reader.remaining() + 1);
    return 0;
  }
  return static_cast<size_t>(count);
}

}  // namespace consilium::storage
