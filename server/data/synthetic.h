#ifndef CONSILIUM_SERVER_DATA_SYNTHETIC_H_
#define CONSILIUM_SERVER_DATA_SYNTHETIC_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/status.h"
#include "server/data/cohort.h"
#include "server/data/schema.h"

// Patients who never lived, for demonstrations and tests without data. Nothing measured on them
// says anything about medicine.
namespace consilium::data {

// What differs between hospitals.
struct SyntheticSite {
  std::string name;
  int patients = 200;
  double prevalence = 0.5;                // of the classes other than the first, together
  std::map<std::string, double> missing;  // share of patients without the feature; by key; else 0
};

// The four hospitals of the heart disease data: their sizes, prevalences and shares of missing
// values. NotFound for another name, naming the known ones.
StatusOr<SyntheticSite> SyntheticHeartSite(const std::string& name);
std::vector<std::string> SyntheticHeartSiteNames();

// Patients of a latent-factor model of any schema: each outcome shifts each feature by an effect
// that is the same at every site and for every seed (drawn from a stream named after the feature
// and the outcome), and one further factor makes features correlate. All outcomes of classes have
// the site's prevalence. The components of a vector load on the shifted value with signs and sizes
// of their own; in a series (of 3 to 20 vectors, or fewer if fewer count) it is the trend; in an
// image it is the brightness and size of a spot. Values are missing at random. The patients of a
// schema with vectors, series or images have ids. The same arguments give the same bits on every
// machine.
Cohort Synthesise(const Schema& schema, const SyntheticSite& site, uint64_t seed);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_SYNTHETIC_H_
