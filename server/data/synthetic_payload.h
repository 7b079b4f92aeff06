#ifndef CONSILIUM_SERVER_DATA_SYNTHETIC_PAYLOAD_H_
#define CONSILIUM_SERVER_DATA_SYNTHETIC_PAYLOAD_H_

#include <cstddef>
#include <vector>

#include "base/random.h"
#include "server/data/feature.h"
#include "server/data/normalisation.h"

namespace consilium::data {

// A vector, series or image of a patient who never lived, as Synthesise says; `z` is the patient's
// standing in standard deviations, `index` the feature's. Values lie in the feature's ranges.
std::vector<float> SynthesisePayload(const Feature& feature, const Normalisation& scales,
                                     size_t index, double z, Random& random);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_SYNTHETIC_PAYLOAD_H_
