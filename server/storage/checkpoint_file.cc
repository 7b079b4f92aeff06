#include "server/storage/checkpoint_file.h"

#include "base/bytes.h"
#include "server/storage/sealed.h"

namespace consilium {
namespace {

constexpr uint8_t kVersion = 2;

}  // namespace

std::string EncodeCheckpoint(const Checkpoint& checkpoint) {
  ByteWriter writer;
  writer.U8(kVersion);
  writer.Text(checkpoint.run);
  writer.U64(checkpoint.generation);
  writer.U32(static_cast<uint32_t>(checkpoint.rounds_completed));
  writer.U8(checkpoint.consensus ? 1 : 0);
  writer.U64(checkpoint.bytes_sent);
  writer.U64(checkpoint.bytes_uncompressed);
  writer.U64(checkpoint.statistics.size());
  writer.Doubles(checkpoint.statistics);
  writer.U64(checkpoint.parameters.size());
  writer.Floats(checkpoint.parameters);
  writer.U64(checkpoint.owed.size());
  writer.Floats(checkpoint.owed);
  writer.U64(checkpoint.learner.size());
  writer.Raw(checkpoint.learner);
  return Seal(std::move(writer));
}

StatusOr<Checkpoint> DecodeCheckpoint(std::string_view bytes, std::string_view what) {
  ASSIGN_OR_RETURN(const std::string_view body, Unseal(bytes, kVersion, what));
  ByteReader reader(body);
  Checkpoint checkpoint;
  checkpoint.run = reader.Text();
  checkpoint.generation = reader.U64();
  checkpoint.rounds_completed = static_cast<int>(reader.U32());
  checkpoint.consensus = reader.U8() != 0;
  checkpoint.bytes_sent = reader.U64();
  checkpoint.bytes_uncompressed = reader.U64();
  checkpoint.statistics.resize(ReadCount(reader, sizeof(double)));
  reader.Doubles(checkpoint.statistics);
  checkpoint.parameters.resize(ReadCount(reader, sizeof(float)));
  reader.Floats(checkpoint.parameters);
  checkpoint.owed.resize(ReadCount(reader, sizeof(float)));
  reader.Floats(checkpoint.owed);
  checkpoint.learner = reader.Raw(ReadCount(reader, 1));
  RETURN_IF_ERROR(reader.Finish(what));
  return checkpoint;
}

}  // namespace consilium
