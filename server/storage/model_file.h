#ifndef CONSILIUM_SERVER_STORAGE_MODEL_FILE_H_
#define CONSILIUM_SERVER_STORAGE_MODEL_FILE_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/security/digest.h"
#include "base/status.h"
#include "modules/nn/layout.h"
#include "server/training/model.h"

// A model as bytes, and what identifies it: docs/formats/model.md.
namespace consilium::storage {

std::string EncodeModel(const training::Model& model);

// `what` names the bytes in errors: "model 3fa2..." or a path.
StatusOr<training::Model> DecodeModel(std::string_view bytes, std::string_view what);

// Of everything that decides predictions: run, generation, rounds, schema, sizes, parameters and
// statistics. Sites of a run that ended in consensus have the same digest; when a site stored the
// model, and what its own patients answered, is not part of it.
security::Digest DigestOf(const training::Model& model);

// Of each module's parameters as little-endian floats, in the layout's order. `parameters` has
// layout.size() elements.
std::vector<security::Digest> ModuleDigests(const nn::Layout& layout,
                                            std::span<const float> parameters);

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_MODEL_FILE_H_
