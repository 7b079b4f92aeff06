#include "server/training/averages.h"

#include <utility>

namespace consilium::training {
namespace {

optim::EmaOptions OptionsOf(const EmaPlan& plan, int rounds, int64_t steps) {
  optim::EmaOptions options;
  options.period = plan.period;
  const int64_t samples = plan.every == EmaSample::kStep ? rounds * steps : int64_t{rounds};
  options.decays = plan.windows.empty()
                       ? plan.decays
                       : optim::DecaysForWindows(plan.windows, samples, plan.period);
  return options;
}

}  // namespace

Averages::Averages(const EmaPlan& plan, int rounds, int64_t steps, size_t parameters)
    : plan_(plan), averages_(OptionsOf(plan, rounds, steps), std::vector<float>(parameters)) {}

void Averages::Agreed(int rounds, std::span<const float> parameters) {
  Sample(rounds, parameters);
  started_ = rounds;
}

void Averages::AgreedAtEnd(std::span<const float> parameters) { Sample(started_ + 1, parameters); }

void Averages::Sample(int rounds, std::span<const float> parameters) {
  if (started_ < 0) {
    averages_.Start(parameters);
  } else if (plan_.every == EmaSample::kRound && rounds > sampled_) {
    averages_.Step(parameters);
  }
  sampled_ = rounds;
}

std::unique_ptr<optim::Optimiser> Averages::Watch(optim::Optimiser& inner) {
  return plan_.every == EmaSample::kStep && count() > 0 ? optim::NewAveraging(inner, averages_)
                                                        : nullptr;
}

void Averages::Save(ByteWriter& writer) const {
  const optim::EmaState<float>& state = averages_.state();
  writer.U32(static_cast<uint32_t>(started_ + 1));
  writer.U32(static_cast<uint32_t>(sampled_ + 1));
  writer.U64(static_cast<uint64_t>(state.steps));
  writer.U64(static_cast<uint64_t>(state.updates));
  writer.U64(state.averages.size());
  writer.Floats(state.averages);
}

Status Averages::Restore(ByteReader& reader) {
  const int started = static_cast<int>(reader.U32()) - 1;
  const int sampled = static_cast<int>(reader.U32()) - 1;
  optim::EmaState<float> state;
  state.steps = static_cast<int64_t>(reader.U64());
  state.updates = static_cast<int64_t>(reader.U64());
  const uint64_t numbers = reader.U64();
  if (numbers > reader.remaining() / sizeof(float)) {
    return DataLoss("averages of {} numbers in {} bytes", numbers, reader.remaining());
  }
  state.averages.resize(numbers);
  reader.Floats(state.averages);
  RETURN_IF_ERROR(averages_.Restore(std::move(state)));
  started_ = started;
  sampled_ = sampled;
  return OkStatus();
}

}  // namespace consilium::training
