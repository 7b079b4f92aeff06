#ifndef CONSILIUM_SERVER_DATA_EXAMPLES_H_
#define CONSILIUM_SERVER_DATA_EXAMPLES_H_

#include "modules/modn/architecture.h"
#include "modules/modn/examples.h"
#include "server/data/cohort.h"
#include "server/data/normalisation.h"
#include "server/data/schema.h"

// From the words of the schema to those of the network. Features and outcomes keep their indices.
namespace consilium::data {

modn::FeatureShape ShapeOf(const Feature& feature);

modn::Architecture ArchitectureOf(const Schema& schema, int state, int hidden,
                                  int feature_decoder_hidden = 0);

// All patients of the cohort; missing stays missing. `normalisation` is of the same schema.
modn::Examples ExamplesOf(const Schema& schema, const Normalisation& normalisation,
                          const Cohort& cohort);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_EXAMPLES_H_
