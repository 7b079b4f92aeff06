#ifndef CONSILIUM_MODULES_MODN_MASKING_H_
#define CONSILIUM_MODULES_MODN_MASKING_H_

#include <cstdint>
#include <span>
#include <vector>

#include "modules/modn/examples.h"

namespace consilium {
class Random;
}  // namespace consilium

namespace consilium::modn {

// What is hidden in training beyond what is missing.
enum class Masking { kNone, kClassEqualised };

// Against shortcuts of the kind "measured, therefore healthy"
// (docs/papers.md, Missing not at random): answers are hidden at random until each feature is
// missing equally often in every class. Hiding only ever raises a missing rate, up to that of the
// class that lacks the feature most; a feature that a class never has is hidden from all.
//
// With several outcomes the rates are equalised over their joint classes if each that occurs has
// kFewestPatients. Otherwise the chance of keeping an answer is a product of one factor for each
// outcome's class, fitted until the rates are equal within every outcome. A class of fewer patients
// than kFewestPatients says too little of its rate: it does not raise that of others. Patients
// without any known label are left as they are.
//
// Features missing for exactly the same patients are one examination: they are hidden together, or
// the number of answers left would tell the classes apart.
//
// Rates are those of the patients given. A site of a federation knows only its own, so that is
// whose rates it equalises.
class ClassEqualisation {
 public:
  static constexpr int kFewestPatients = 20;

  // Copies what it needs.
  ClassEqualisation(const Examples& examples, std::span<const int> patients);

  // How probably an answer of this patient to this feature is hidden; 0 for patients not given.
  double Chance(int feature, int patient) const;

  // Draws what is hidden: sets hidden[feature * patients.size() + i], never clears it.
  void Hide(std::span<const int> patients, Random& random, std::span<uint8_t> hidden) const;

 private:
  std::vector<int> cell_;                  // by patient of the examples: its joint class, or -1
  std::vector<std::vector<double>> keep_;  // [feature][cell]
  std::vector<int> examination_;           // by feature: the first feature missing with it
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_MASKING_H_
