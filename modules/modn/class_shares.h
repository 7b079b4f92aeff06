#ifndef CONSILIUM_MODULES_MODN_CLASS_SHARES_H_
#define CONSILIUM_MODULES_MODN_CLASS_SHARES_H_

#include <span>
#include <vector>

#include "modules/modn/architecture.h"
#include "modules/modn/examples.h"

namespace consilium::modn {

// The least a model must beat: each class of the outcome predicted by its share among those of
// `patients` whose label is known. One more patient, spread evenly over the classes, keeps every
// share above 0; with no label known they are equal.
std::vector<float> ClassShares(const Architecture& architecture, const Examples& examples,
                               std::span<const int> patients, int outcome);

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_CLASS_SHARES_H_
