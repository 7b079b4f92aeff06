#ifndef CONSILIUM_MODULES_NN_MODULE_ID_H_
#define CONSILIUM_MODULES_NN_MODULE_ID_H_

#include <compare>
#include <cstdint>
#include <string>

namespace consilium::nn {

// The numbers are written to disk and sent: never renumber.
enum class ModuleKind : uint8_t { kState = 1, kEncoder = 2, kDecoder = 3, kFeatureDecoder = 4 };

// What a module is, the same at every site. Two sites hold the same module if their ids are equal.
struct ModuleId {
  ModuleKind kind = ModuleKind::kState;
  std::string key;  // of the feature or the outcome; empty for the initial state
  uint32_t schema_version = 1;

  auto operator<=>(const ModuleId&) const = default;
};

// "encoder age@1", "state@1"
std::string Name(const ModuleId& id);

}  // namespace consilium::nn

#endif  // CONSILIUM_MODULES_NN_MODULE_ID_H_
