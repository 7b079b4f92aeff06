#include "modules/nn/module_id.h"

namespace consilium::nn {
namespace {

const char* Name(ModuleKind kind) {
  switch (kind) {
    case ModuleKind::kState:
      return "state";
    case ModuleKind::kEncoder:
      return "encoder";
    case ModuleKind::kDecoder:
      return "decoder";
    case ModuleKind::kFeatureDecoder:
      return "feature decoder";
  }
  return "unknown kind of module";
}

}  // namespace

std::string Name(const ModuleId& id) {
  std::string name = Name(id.kind);
  if (!id.key.empty()) name += " " + id.key;
  return name + "@" + std::to_string(id.schema_version);
}

}  // namespace consilium::nn
