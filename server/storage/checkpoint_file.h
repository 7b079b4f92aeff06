#ifndef CONSILIUM_SERVER_STORAGE_CHECKPOINT_FILE_H_
#define CONSILIUM_SERVER_STORAGE_CHECKPOINT_FILE_H_

#include <string>
#include <string_view>

#include "base/status.h"
#include "server/federation/member.h"

// A checkpoint as bytes: docs/formats/checkpoint.md.
namespace consilium::storage {

std::string EncodeCheckpoint(const federation::Checkpoint& checkpoint);

// `what` names the bytes in errors: "checkpoint of run heart".
StatusOr<federation::Checkpoint> DecodeCheckpoint(std::string_view bytes, std::string_view what);

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_CHECKPOINT_FILE_H_
