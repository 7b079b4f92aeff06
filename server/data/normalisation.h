#ifndef CONSILIUM_SERVER_DATA_NORMALISATION_H_
#define CONSILIUM_SERVER_DATA_NORMALISATION_H_

#include <cstddef>
#include <span>
#include <vector>

#include "base/status.h"
#include "server/data/cohort.h"
#include "server/data/schema.h"

// Mean and standard deviation over all sites from sums that can be added up without showing a
// patient. Values are first mapped so that their range becomes [-1, 1], which every site can do as
// all know the schema: the sums then lose nothing to cancellation.
namespace consilium::data {

// One scale for each feature; categorical features, vectors and series have mean 0 and sd 1,
// unused. Vectors and series have one for each of their components; images are scaled by the range
// of grey values.
struct Normalisation {
  std::vector<Scale> scales;
  std::vector<std::vector<Scale>> components = {};  // [feature] of vectors and series, else none
  bool operator==(const Normalisation&) const = default;
};

// Length of the vector below: count, sum, sum of squares for each feature of the schema; of vectors
// and series for each component.
size_t StatisticsSize(const Schema& schema);

// Where the numbers of `feature` begin: the count of its (first component's) values.
size_t StatisticsBegin(const Schema& schema, int feature);

// The sums over one site's observed values, of series over all their vectors; of images and
// categories only the count. Add such vectors element by element over sites.
std::vector<double> StatisticsOf(const Schema& schema, const Cohort& cohort);

// From the sum over all sites, or from any multiple of it, such as their mean. A scale given in the
// schema goes before what was observed; a feature observed nowhere is scaled by its range (below),
// and one whose values differ by less than about a thousandth of half its range keeps its mean and
// takes its sd from there. Fails on a wrong length, on what is not finite, and on sums no values
// within the ranges could have.
StatusOr<Normalisation> NormalisationFrom(const Schema& schema, std::span<const double> summed);

// Without looking at any patient: the scale given in the schema, else the middle and a quarter of
// the width of the range.
Normalisation NormalisationFromSchema(const Schema& schema);

// An observed value as the network takes it: (x - mean) / sd, or the index of the category.
double Normalised(const Feature& feature, const Scale& scale, double value);

// The numbers of a vector, series or image as the network takes them.
std::vector<float> Normalised(const Feature& feature, const Normalisation& normalisation, int index,
                              std::span<const float> payload);

// Of an outcome that is a number: as the schema says, else the middle and a quarter of the width of
// the range. The network predicts (y - mean) / sd.
Scale ScaleOf(const Outcome& outcome);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_NORMALISATION_H_
