#ifndef CONSILIUM_SERVER_STORAGE_CALIBRATION_BYTES_H_
#define CONSILIUM_SERVER_STORAGE_CALIBRATION_BYTES_H_

#include "base/bytes.h"
#include "server/training/model.h"

// A calibration within a stored model: docs/formats/model.md.
namespace consilium::storage {

void WriteCalibration(const training::Calibration& calibration, ByteWriter& writer);

// What is not a calibration makes the reader fail.
training::Calibration ReadCalibration(ByteReader& reader);

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_CALIBRATION_BYTES_H_
