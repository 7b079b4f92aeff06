#include "server/storage/model_file.h"

#include <utility>

#include "base/bytes.h"
#include "server/storage/calibration_bytes.h"
#include "server/storage/schema_bytes.h"
#include "server/storage/sealed.h"

namespace consilium::storage {
namespace {

constexpr uint8_t kCalibrated = 3;  // with a calibration after the statistics

// What needs no newer version is written as before, so that digests stay what they were.
uint8_t VersionOf(const training::Model& model) {
  if (!model.calibration.outcomes.empty()) return kCalibrated;
  const bool needs2 = model.feature_decoder_hidden > 0 || NeedsVersion2(model.schema);
  return needs2 ? 2 : 1;
}

// The part that is the same at every site.
std::string EncodeShared(const training::Model& model) {
  ByteWriter writer;
  const uint8_t version = VersionOf(model);
  writer.U8(version);
  writer.Text(model.run);
  writer.U64(model.generation);
  writer.U32(static_cast<uint32_t>(model.rounds));
  WriteSchema(model.schema, writer);
  writer.U32(static_cast<uint32_t>(model.state));
  writer.U32(static_cast<uint32_t>(model.hidden));
  if (version >= 2) {
    writer.U32(static_cast<uint32_t>(model.feature_decoder_hidden));
    writer.U8(model.schema.groups_in_turn ? 1 : 0);
  }
  writer.U64(model.parameters.size());
  writer.Floats(model.parameters);
  writer.U64(model.statistics.size());
  writer.Doubles(model.statistics);
  if (!model.calibration.outcomes.empty()) WriteCalibration(model.calibration, writer);
  return writer.Take();
}

void ReadShared(ByteReader& reader, uint8_t version, training::Model& model) {
  model.run = reader.Text();
  model.generation = reader.U64();
  model.rounds = static_cast<int>(reader.U32());
  model.schema = ReadSchema(reader);
  model.state = static_cast<int>(reader.U32());
  model.hidden = static_cast<int>(reader.U32());
  if (version >= 2) {
    model.feature_decoder_hidden = static_cast<int>(reader.U32());
    model.schema.groups_in_turn = reader.U8() != 0;
  }
  model.parameters.resize(ReadCount(reader, sizeof(float)));
  reader.Floats(model.parameters);
  model.statistics.resize(ReadCount(reader, sizeof(double)));
  reader.Doubles(model.statistics);
  if (version >= kCalibrated) model.calibration = ReadCalibration(reader);
}

void WriteSite(const training::Model& model, ByteWriter& writer) {
  writer.U64(static_cast<uint64_t>(model.created.time_since_epoch().count()));
  writer.U64(model.answer_shares.size());
  for (const std::vector<float>& shares : model.answer_shares) {
    writer.U64(shares.size());
    writer.Floats(shares);
  }
}

void ReadSite(ByteReader& reader, training::Model& model) {
  model.created = Time(Duration(static_cast<int64_t>(reader.U64())));
  model.answer_shares.resize(ReadCount(reader, sizeof(uint64_t)));
  for (std::vector<float>& shares : model.answer_shares) {
    shares.resize(ReadCount(reader, sizeof(float)));
    reader.Floats(shares);
  }
}

}  // namespace

std::string EncodeModel(const training::Model& model) {
  ByteWriter writer;
  writer.Raw(EncodeShared(model));
  WriteSite(model, writer);
  return Seal(std::move(writer));
}

StatusOr<training::Model> DecodeModel(std::string_view bytes, std::string_view what) {
  ASSIGN_OR_RETURN(const std::string_view body, Unseal(bytes, kCalibrated, what));
  ByteReader reader(body);
  training::Model model;
  ReadShared(reader, static_cast<uint8_t>(bytes[0]), model);
  ReadSite(reader, model);
  RETURN_IF_ERROR(reader.Finish(what));
  return model;
}

security::Digest DigestOf(const training::Model& model) {
  return security::Sha256(EncodeShared(model));
}

std::vector<security::Digest> ModuleDigests(const nn::Layout& layout,
                                            std::span<const float> parameters) {
  std::vector<security::Digest> digests;
  for (size_t m = 0; m < layout.modules().size(); ++m) {
    ByteWriter writer;
    writer.Floats(nn::Slice(parameters, layout.module_block(static_cast<int>(m))));
    digests.push_back(security::Sha256(writer.Take()));
  }
  return digests;
}

}  // namespace consilium::storage
