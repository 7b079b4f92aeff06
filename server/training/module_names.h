#ifndef CONSILIUM_SERVER_TRAINING_MODULE_NAMES_H_
#define CONSILIUM_SERVER_TRAINING_MODULE_NAMES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "modules/nn/layout.h"

// How people name modules, in plans and commands.
namespace consilium::training {

// "encoder age", "state": without the schema's version.
std::string PlainName(const nn::ModuleId& id);

// The module of that kind and key, whatever its version, or -1.
int FindAnyVersion(const nn::Layout& layout, const nn::ModuleId& id);

// `*` in the pattern stands for any text, `?` for any one character.
bool MatchesPattern(std::string_view pattern, std::string_view text);

// One byte for each module of the layout: does any of the patterns match its plain name?
// InvalidArgument, with the nearest name, about a pattern that matches none; `what` begins the
// message: "freeze".
StatusOr<std::vector<uint8_t>> MatchModules(const nn::Layout& layout,
                                            std::span<const std::string> patterns,
                                            std::string_view what);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_MODULE_NAMES_H_
