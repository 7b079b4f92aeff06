#ifndef CONSILIUM_TESTS_SERVER_CONSULTATION_RELEASE_OF_H_
#define CONSILIUM_TESTS_SERVER_CONSULTATION_RELEASE_OF_H_

#include <memory>
#include <string>

#include "base/status.h"
#include "server/consultation/release.h"

namespace consilium::testing {

// Features f0, f1, ...: every third one categorical (a, b, c), the others from 0 to 100 mmHg; even
// ones in the first group. Outcomes o0, o1, ...: the second with three classes, the others two.
training::Model ModelOf(uint64_t seed, int features, int outcomes, int feature_decoder_hidden = 0);

// Parameters for a schema, drawn at random.
training::Model ModelOf(uint64_t seed, data::Schema schema, int feature_decoder_hidden = 0);

// The same, ready to predict.
std::shared_ptr<const consultation::Release> ReleaseOf(uint64_t seed, int features = 6,
                                                       int outcomes = 3);

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SERVER_CONSULTATION_RELEASE_OF_H_
