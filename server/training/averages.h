#ifndef CONSILIUM_SERVER_TRAINING_AVERAGES_H_
#define CONSILIUM_SERVER_TRAINING_AVERAGES_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "modules/optim/ema.h"
#include "server/training/options.h"

namespace consilium::training {

// The averages of the model that a site keeps during one run: of what the sites agreed on after
// each exchange, or of every step of its own training. They start as the first model the site
// trains, also where it joins late, and are never copied back into training. Not thread-safe.
class Averages {
 public:
  // Of no plan, none. `steps` are those of the site's optimiser in a round.
  Averages(const EmaPlan& plan, int rounds, int64_t steps, size_t parameters);

  int count() const { return averages_.count(); }
  std::span<const float> average(int j) const { return averages_.average(j); }

  // The model after so many rounds, as round `rounds` + 1 starts from it. Showing the same round
  // again changes nothing.
  void Agreed(int rounds, std::span<const float> parameters);
  // The model after the latest round.
  void AgreedAtEnd(std::span<const float> parameters);

  // `inner`, watched if averages are of steps; else null. Borrows both.
  std::unique_ptr<optim::Optimiser> Watch(optim::Optimiser& inner);

  void Save(ByteWriter& writer) const;
  Status Restore(ByteReader& reader);

 private:
  void Sample(int rounds, std::span<const float> parameters);

  const EmaPlan plan_;
  optim::ParallelEma<float> averages_;
  int started_ = -1;  // rounds that lay behind the latest round's beginning; -1: there was none
  int sampled_ = -1;  // rounds that lay behind the latest model seen
};

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_AVERAGES_H_
