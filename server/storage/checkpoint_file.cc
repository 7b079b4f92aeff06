#include "server/storage/checkpoint_file.h"

#include "base/bytes.h"
#include "server/storage/sealed.h"

namespace consilium::storage {
namespace {

constexpr uint8_t kVersion = 3;
constexpr char kTellsDigests = 3;  // since this version

void Write(ByteWriter& writer, const federation::Traffic& traffic) {
  writer.U64(traffic.links.size());
  for (const federation::LinkTraffic& link : traffic.links) {
    writer.Text(link.peer);
    writer.U64(link.bytes_sent);
    writer.U64(link.bytes_received);
  }
  writer.U64(traffic.modules.size());
  for (const federation::ModuleTraffic& module : traffic.modules) {
    writer.Text(module.module);
    writer.U64(module.bytes);
    writer.U64(module.bytes_uncompressed);
    writer.F64(module.squared_error);
    writer.F64(module.squared_norm);
  }
  writer.U64(traffic.rounds.size());
  for (const uint64_t bytes : traffic.rounds) writer.U64(bytes);
}

federation::Traffic ReadTraffic(ByteReader& reader) {
  federation::Traffic traffic;
  traffic.links.resize(ReadCount(reader, 16));
  for (federation::LinkTraffic& link : traffic.links) {
    link.peer = reader.Text();
    link.bytes_sent = reader.U64();
    link.bytes_received = reader.U64();
  }
  traffic.modules.resize(ReadCount(reader, 32));
  for (federation::ModuleTraffic& module : traffic.modules) {
    module.module = reader.Text();
    module.bytes = reader.U64();
    module.bytes_uncompressed = reader.U64();
    module.squared_error = reader.F64();
    module.squared_norm = reader.F64();
  }
  traffic.rounds.resize(ReadCount(reader, 8));
  for (uint64_t& bytes : traffic.rounds) bytes = reader.U64();
  return traffic;
}

}  // namespace

std::string EncodeCheckpoint(const federation::Checkpoint& checkpoint) {
  ByteWriter writer;
  writer.U8(kVersion);
  writer.Text(checkpoint.run);
  writer.Text(checkpoint.plan_digest);
  writer.Text(checkpoint.layout_digest);
  writer.U64(checkpoint.generation);
  writer.U32(static_cast<uint32_t>(checkpoint.rounds_completed));
  writer.U8(checkpoint.consensus ? 1 : 0);
  writer.U64(checkpoint.bytes_sent);
  writer.U64(checkpoint.bytes_uncompressed);
  Write(writer, checkpoint.traffic);
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

StatusOr<federation::Checkpoint> DecodeCheckpoint(std::string_view bytes, std::string_view what) {
  ASSIGN_OR_RETURN(const std::string_view body, Unseal(bytes, kVersion, what));
  ByteReader reader(body);
  federation::Checkpoint checkpoint;
  checkpoint.run = reader.Text();
  if (bytes.front() >= kTellsDigests) {
    checkpoint.plan_digest = reader.Text();
    checkpoint.layout_digest = reader.Text();
  }
  checkpoint.generation = reader.U64();
  checkpoint.rounds_completed = static_cast<int>(reader.U32());
  checkpoint.consensus = reader.U8() != 0;
  checkpoint.bytes_sent = reader.U64();
  checkpoint.bytes_uncompressed = reader.U64();
  checkpoint.traffic = ReadTraffic(reader);
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

}  // namespace consilium::storage
