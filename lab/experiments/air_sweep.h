#ifndef CONSILIUM_LAB_EXPERIMENTS_AIR_SWEEP_H_
#define CONSILIUM_LAB_EXPERIMENTS_AIR_SWEEP_H_

#include <string>
#include <vector>

#include "base/status.h"
#include "lab/experiments/air_training.h"
#include "lab/experiments/experiment.h"

// Schemes over the air against one another, from power to power.
namespace consilium::experiments {

struct Rival {
  std::string name;
  air::AirSchemeOptions scheme;
};

// One scheme at one power: what each rate gives on the first seed, and the best one on all.
struct AirCell {
  AirTraining training;
  std::vector<double> rates;
  std::vector<AirAccuracy> tuning;  // by rate, on the first seed
  std::vector<double> test;         // by seed, at the best rate

  // At power 0 the channel is ideal.
  AirCell(const AirTraining& like, const air::AirSchemeOptions& scheme, double power,
          std::vector<double> try_rates, size_t seeds);

  // By the accuracy on validation cases.
  size_t Best() const;
};

// Tunes every cell on the first task and trains it on the others; tasks[seed], by setting's seeds.
Status TrainAll(const ExperimentSetting& setting, const std::string& what,
                const std::vector<ClassificationTask>& tasks, std::vector<AirCell>& cells);

// Cells by rival and power, the last one without noise.
struct AirSweep {
  std::vector<Rival> rivals;
  std::vector<double> powers;  // ascending
  std::vector<AirCell> cells;

  size_t without_noise() const { return powers.size(); }
  bool Has(const std::string& name) const;
  const AirCell& At(size_t rival, size_t power) const {
    return cells[rival * (powers.size() + 1) + power];
  }
  // Test accuracies by seed. Requires Has(name).
  const std::vector<double>& Test(const std::string& name, size_t power) const;

  // Of the least power that was tried and is not below, or of the largest.
  size_t AtPower(double power) const;

  // The least power with which a rival reaches the accuracy on a seed, between those tried by its
  // logarithm; the largest tried if none does.
  double PowerToReach(const std::string& name, double accuracy, size_t seed) const;
};

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_AIR_SWEEP_H_
