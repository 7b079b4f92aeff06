#ifndef CONSILIUM_LAB_EXPERIMENTS_MULTIMODN_DATA_H_
#define CONSILIUM_LAB_EXPERIMENTS_MULTIMODN_DATA_H_

#include <cstdint>

#include "modules/modn/architecture.h"
#include "modules/modn/examples.h"

// Synthetic patients with every modality and several outcomes. Six hidden numbers of a patient,
// each standard normal, show in a number and a category (the first two), a vector of measurements
// and an embedding (all, mixed), a series (the third as its trend, the fourth as the size of its
// swing) and an image (the fifth as the height of a spot, the sixth as its brightness).
namespace consilium::experiments {

// Features age, sign, labs (vector of 6), note (embedding of 16), pulse (series of 2), scan (image
// of 8 x 8); outcomes o0, o1, o2 of two classes. `state_first` chooses where the state joins.
modn::Architecture SyntheticArchitecture(int state, int hidden, bool state_first);

// Each outcome leans on other hidden numbers, so that no modality tells them all.
modn::Examples SyntheticPatients(const modn::Architecture& architecture, int patients,
                                 uint64_t seed);

// Takes away every feature of a patient with this chance.
void LoseAtRandom(modn::Examples& examples, double share, uint64_t seed);

// The same patients without feature `feature`, or with outcome `outcome` alone.
modn::Examples WithoutFeature(const modn::Examples& examples, int feature);
modn::Examples OnlyOutcome(const modn::Examples& examples, int outcome);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_MULTIMODN_DATA_H_
