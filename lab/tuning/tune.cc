#include "lab/tuning/tune.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/file.h"
#include "base/mutex.h"
#include "base/tasks.h"

namespace consilium::tuning {
namespace {

using Progress = std::function<void(int, int, const TrialRecord&)>;

struct Wanted {
  const optim::SearchSpace* space;
  int number;
};

bool IsOf(const TrialRecord& record, const Wanted& wanted, uint64_t seed) {
  return record.search == wanted.space->name && record.number == wanted.number &&
         record.drawn == optim::DrawConfiguration(*wanted.space, seed, wanted.number);
}

// Trial 0 of every search, then trial 1: an interrupted search is worth as much for each of them.
std::vector<Wanted> AllWanted(const training::TuneOptions& tune) {
  std::vector<Wanted> all;
  for (int number = 0; number < tune.trials; ++number) {
    for (const optim::SearchSpace& space : tune.searches) all.push_back({&space, number});
  }
  return all;
}

class Trials {
 public:
  Trials(const TuningCase& tuning, Journal& journal, std::vector<Wanted> wanted, int done,
         const Progress& progress)
      : tuning_(tuning),
        journal_(journal),
        wanted_(std::move(wanted)),
        all_(done + static_cast<int>(wanted_.size())),
        progress_(progress),
        done_(done) {}

  Status Run(int threads) {
    return RunTasks(threads, static_cast<int>(wanted_.size()),
                    [this](int i) { return RunOne(wanted_[static_cast<size_t>(i)]); });
  }

 private:
  Status RunOne(const Wanted& wanted) {
    ASSIGN_OR_RETURN(const TrialRecord record, RunTrial(tuning_, *wanted.space, wanted.number));
    const MutexLock lock(mutex_);
    RETURN_IF_ERROR(journal_.Add(record));
    if (progress_) progress_(++done_, all_, record);
    return OkStatus();
  }

  const TuningCase& tuning_;
  Journal& journal_;
  const std::vector<Wanted> wanted_;
  const int all_;
  const Progress& progress_;
  Mutex mutex_;
  int done_ GUARDED_BY(mutex_);
};

}  // namespace

StatusOr<std::vector<TrialRecord>> RunTrials(const TuningCase& tuning, Journal& journal,
                                             int threads, const Progress& progress) {
  const training::TuneOptions& tune = tuning.plan.tune;
  const auto find = [&](const Wanted& wanted) {
    const std::vector<TrialRecord>& records = journal.records();
    return std::find_if(records.begin(), records.end(),
                        [&](const TrialRecord& record) { return IsOf(record, wanted, tune.seed); });
  };
  std::vector<Wanted> missing;
  for (const Wanted& wanted : AllWanted(tune)) {
    if (find(wanted) == journal.records().end()) missing.push_back(wanted);
  }
  const int all = tune.trials * static_cast<int>(tune.searches.size());
  Trials trials(tuning, journal, missing, all - static_cast<int>(missing.size()), progress);
  RETURN_IF_ERROR(trials.Run(threads));
  std::vector<TrialRecord> records;
  for (const optim::SearchSpace& space : tune.searches) {
    for (int number = 0; number < tune.trials; ++number) records.push_back(*find({&space, number}));
  }
  return records;
}

StatusOr<TuningFiles> LoadTuningFiles(const std::string& path) {
  TuningFiles files;
  ASSIGN_OR_RETURN(files.text, ReadFile(path));
  ASSIGN_OR_RETURN(files.plan, federation::ParsePlan(files.text, path));
  if (files.plan.schema.empty()) {
    return InvalidArgument("{}: to tune, name the schema and the sites' CSVs as for simulate",
                           path);
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  ASSIGN_OR_RETURN(files.schema, data::LoadSchema(folder / files.plan.schema));
  ASSIGN_OR_RETURN(files.sites, simulation::LoadSites(files.schema, files.plan, folder));
  if (files.plan.training.validation <= 0) files.plan.training.validation = kTuneValidation;
  return files;
}

}  // namespace consilium::tuning
