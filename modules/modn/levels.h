#ifndef CONSILIUM_MODULES_MODN_LEVELS_H_
#define CONSILIUM_MODULES_MODN_LEVELS_H_

#include <vector>

#include "modules/modn/examples.h"

namespace consilium::modn {

// The levels of a questionnaire, from who answered what (docs/papers.md, MoDN): a feature waits
// for another if all patients who answered it answered the other too, but not the other way round.
// Its level is the length of the longest chain of features it waits for; 0: for none. Features
// that nobody answered are of level 0.
std::vector<int> LevelsFromMissingness(const Examples& examples);

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_LEVELS_H_
