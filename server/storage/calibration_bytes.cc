#include "server/storage/calibration_bytes.h"

#include "server/storage/sealed.h"

namespace consilium::storage {
namespace {

constexpr size_t kBandBytes = 4 + 4 + 8 + 8;
constexpr size_t kRecalibrationBytes = 16;

void WriteBand(const training::CalibrationBand& band, ByteWriter& writer) {
  writer.U32(static_cast<uint32_t>(band.from));
  writer.U32(static_cast<uint32_t>(band.patients));
  writer.U64(band.recalibrations.size());
  for (const metrics::Recalibration& recalibration : band.recalibrations) {
    writer.F64(recalibration.slope);
    writer.F64(recalibration.bias);
  }
  writer.U64(band.floors.size());
  for (const std::optional<double>& floor : band.floors) {
    writer.U8(floor.has_value() ? 1 : 0);
    if (floor) writer.F64(*floor);
  }
}

training::CalibrationBand ReadBand(ByteReader& reader) {
  training::CalibrationBand band;
  band.from = static_cast<int>(reader.U32());
  band.patients = static_cast<int>(reader.U32());
  band.recalibrations.resize(ReadCount(reader, kRecalibrationBytes));
  for (metrics::Recalibration& recalibration : band.recalibrations) {
    recalibration.slope = reader.F64();
    recalibration.bias = reader.F64();
  }
  band.floors.resize(ReadCount(reader, 1));
  for (std::optional<double>& floor : band.floors) {
    if (reader.U8() != 0) floor = reader.F64();
  }
  return band;
}

}  // namespace

void WriteCalibration(const training::Calibration& calibration, ByteWriter& writer) {
  writer.F64(calibration.coverage);
  writer.U64(calibration.outcomes.size());
  for (const std::vector<training::CalibrationBand>& bands : calibration.outcomes) {
    writer.U64(bands.size());
    for (const training::CalibrationBand& band : bands) WriteBand(band, writer);
  }
}

training::Calibration ReadCalibration(ByteReader& reader) {
  training::Calibration calibration;
  calibration.coverage = reader.F64();
  calibration.outcomes.resize(ReadCount(reader, sizeof(uint64_t)));
  for (std::vector<training::CalibrationBand>& bands : calibration.outcomes) {
    for (size_t left = ReadCount(reader, kBandBytes); left > 0 && !reader.failed(); --left) {
      bands.push_back(ReadBand(reader));
    }
  }
  return calibration;
}

}  // namespace consilium::storage
