#ifndef CONSILIUM_LAB_EXPERIMENTS_MULTIMODN_DATA_H_
#define CONSILIUM_LAB_EXPERIMENTS_MULTIMODN_DATA_H_

#include <cstdint>

#include "modules/modn/architecture.h"
#include "modules/modn/examples.h"

// Synthetic patients with every modality and several outcomes. Six hidden numbers of a patient,
// each standard normal, show in a number and a category (the first two), a vector of measurements
// and an embedding (all, mixed), a series (the third as its trend, the fourth as the size of its
// swing) and an image (the fifth as the height of a spot, the sixth as its brightness).
namespace consilium {

// Features age, sign, labs (vector of 6), note (embedding of 16), pulse (series of 2), scan (image
// of 8 x 8); outcomes o0, o1, o2 of two classes. `state_first` chooses where the state joins.
Architecture SyntheticArchitecture(int state, int hidden, bool state_first);

// Each outcome leans on other hidden numbers, so that no modality tells them all.
Examples SyntheticPatients(const Architecture& architecture, int patients, uint64_t seed);

// Takes away every feature of a patient with this chance.
void LoseAtRandom(Examples& examples, double share, uint64_t seed);

// The same patients without feature `feature`, or with outcome `outcome` alone.
Examples WithoutFeature(const Examples& examples, int feature);
Examples OnlyOutcome(const Examples& examples, int outcome);

}  // namespace consilium

#endif  // CONSILIUM_LAB_EXPERIMENTS_MULTIMODN_DATA_H_
