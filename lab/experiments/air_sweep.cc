#include "lab/experiments/air_sweep.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace consilium::experiments {

AirCell::AirCell(const AirTraining& like, const air::AirSchemeOptions& scheme, double power,
                 std::vector<double> try_rates, size_t seeds)
    : training(like), rates(std::move(try_rates)), tuning(rates.size()), test(seeds) {
  training.scheme = scheme;
  training.channel = {};
  if (power > 0) training.channel = {.kind = air::ChannelKind::kGaussian, .power = power};
}

size_t AirCell::Best() const {
  const auto best = std::ranges::max_element(tuning, {}, &AirAccuracy::validation);
  return static_cast<size_t>(best - tuning.begin());
}

Status TrainAll(const ExperimentSetting& setting, const std::string& what,
                const std::vector<ClassificationTask>& tasks, std::vector<AirCell>& cells) {
  const std::vector<uint64_t>& seeds = setting.plan.seeds();
  std::vector<std::pair<size_t, size_t>> work;
  for (size_t c = 0; c < cells.size(); ++c) {
    for (size_t r = 0; r < cells[c].rates.size(); ++r) work.emplace_back(c, r);
  }
  const auto train = [&](size_t cell, size_t rate, size_t seed) {
    AirTraining training = cells[cell].training;
    training.rate = cells[cell].rates[rate];
    return TrainOverTheAir(tasks[seed], training, seeds[seed]);
  };
  RETURN_IF_ERROR(ForEach(setting, what + ", rates", static_cast<int>(work.size()), [&](int i) {
    const auto [cell, rate] = work[static_cast<size_t>(i)];
    ASSIGN_OR_RETURN(cells[cell].tuning[rate], train(cell, rate, 0));
    return OkStatus();
  }));
  work.clear();
  for (size_t c = 0; c < cells.size(); ++c) {
    cells[c].test[0] = cells[c].tuning[cells[c].Best()].test;
    for (size_t s = 1; s < seeds.size(); ++s) work.emplace_back(c, s);
  }
  return ForEach(setting, what, static_cast<int>(work.size()), [&](int i) {
    const auto [cell, seed] = work[static_cast<size_t>(i)];
    ASSIGN_OR_RETURN(const AirAccuracy accuracy, train(cell, cells[cell].Best(), seed));
    cells[cell].test[seed] = accuracy.test;
    return OkStatus();
  });
}

bool AirSweep::Has(const std::string& name) const {
  return std::ranges::find(rivals, name, &Rival::name) != rivals.end();
}

const std::vector<double>& AirSweep::Test(const std::string& name, size_t power) const {
  const auto found = std::ranges::find(rivals, name, &Rival::name);
  return At(static_cast<size_t>(found - rivals.begin()), power).test;
}

size_t AirSweep::AtPower(double power) const {
  const auto found = std::ranges::lower_bound(powers, power);
  return static_cast<size_t>(std::min(found, powers.end() - 1) - powers.begin());
}

double AirSweep::PowerToReach(const std::string& name, double accuracy, size_t seed) const {
  double before = 0;
  for (size_t p = 0; p < powers.size(); ++p) {
    const double here = Test(name, p)[seed];
    if (here >= accuracy && p == 0) return powers[0];
    if (here >= accuracy) {
      const double share = (accuracy - before) / (here - before);
      return powers[p - 1] * std::pow(powers[p] / powers[p - 1], share);
    }
    before = here;
  }
  return powers.back();
}

}  // namespace consilium::experiments
