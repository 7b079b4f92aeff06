#ifndef CONSILIUM_SERVER_STORAGE_RUN_FILE_H_
#define CONSILIUM_SERVER_STORAGE_RUN_FILE_H_

#include <string>
#include <string_view>

#include "base/status.h"
#include "server/federation/run_record.h"

// A run's record as bytes: docs/formats/database.md, "Runs".
namespace consilium::storage {

std::string EncodeRun(const federation::RunRecord& record);

// `what` names the bytes in errors: "run heart".
StatusOr<federation::RunRecord> DecodeRun(std::string_view bytes, std::string_view what);

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_RUN_FILE_H_
