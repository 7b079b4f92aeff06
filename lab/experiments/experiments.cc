#include "lab/experiments/experiments.h"

#include <algorithm>

#include "base/clock.h"
#include "base/toml.h"
#include "fmt/ranges.h"
#include "lab/experiments/embedded.h"

namespace consilium::experiments {

StatusOr<ExperimentResult> RunClinicalExperiment(ExperimentSetting& setting);
StatusOr<ExperimentResult> RunEma(ExperimentSetting& setting);
StatusOr<ExperimentResult> RunIio(ExperimentSetting& setting);
StatusOr<ExperimentResult> RunLaser(ExperimentSetting& setting);
StatusOr<ExperimentResult> RunMnar(ExperimentSetting& setting);
StatusOr<ExperimentResult> RunPowergossip(ExperimentSetting& setting);
StatusOr<ExperimentResult> RunPowersgd(ExperimentSetting& setting);
StatusOr<ExperimentResult> RunRelaysgd(ExperimentSetting& setting);
StatusOr<ExperimentResult> RunMultimodn(ExperimentSetting& setting);
StatusOr<ExperimentResult> RunTopology(ExperimentSetting& setting);
StatusOr<ExperimentResult> RunTunability(ExperimentSetting& setting);
StatusOr<ExperimentResult> RunModn(ExperimentSetting& setting);

namespace {

constexpr Experiment kExperiments[] = {
    {"ema", "EMA of weights (Morales-Brotons, Vogels, Hendrikx 2024)",
     "Averages of a network's weights under wrong labels: accuracy, agreement, calibration",
     RunEma},
    {"multimodn", "MultiModN (Swamy, Satayeva, Frej, Bossy, Vogels, Jaggi, Kaser, Hartley 2023)",
     "Modalities fused one after the other: exact skipping, parallel fusion, many outcomes, orders",
     RunMultimodn},
    {"iio", "MoDN (Trottet et al. 2022)",
     "Sites with different features: local, static, composed, fine-tuned and pooled models",
     RunIio},
    {"laser", "LASER (Makkuva, Bondaschi, Vogels, Jaggi, Kim, Gastpar 2024)",
     "Averages over a noisy channel with a power limit: low rank against its rivals", RunLaser},
    {"mnar", "MultiModN (Swamy et al. 2023)",
     "Values missing not at random: what skipping, indicators and class-equalised masking are "
     "worth",
     RunMnar},
    {"topology", "Beyond spectral gap (Vogels, Hendrikx, Jaggi 2022)",
     "What a topology is worth to gossip: effective neighbours, predicted and measured rates",
     RunTopology},
    {"tunability", "Optimizer benchmarking (Sivaprasad, Mai, Vogels, Jaggi, Fleuret 2020)",
     "Which optimiser to tune at which budget, on four small problems", RunTunability},
    {"modn", "MoDN (Trottet, Vogels, Keitel et al. 2023)",
     "Modularity, continuous feedback, baselines, invariance, and what feature decoders tell",
     RunModn},
    {"relaysgd", "RelaySGD (Vogels, He, Koloskova et al. 2021)",
     "RelaySum on trees: exact means, differing sites, lost messages, learning rate", RunRelaysgd},
    {"powersgd", "PowerSGD (Vogels, Karimireddy, Jaggi 2019)",
     "Low rank, error feedback and warm start: identities, and training by eight workers",
     RunPowersgd},
    {"powergossip", "PowerGossip (Vogels, Karimireddy, Jaggi 2020)",
     "Sites on a ring average matrices: warm and cold starts, ranks, Choco", RunPowergossip},
    {"clinical", "this project",
     "AUROC against bytes for every schedule and compressor on open clinical data",
     RunClinicalExperiment},
};

}  // namespace

std::span<const Experiment> AllExperiments() { return kExperiments; }

StatusOr<const Experiment*> FindExperiment(std::string_view name) {
  std::vector<std::string> names;
  for (const Experiment& experiment : kExperiments) {
    if (experiment.name == name) return &experiment;
    names.emplace_back(experiment.name);
  }
  return NotFound("no experiment '{}'{}; there are: {}", name, Suggestion(name, names),
                  fmt::join(names, ", "));
}

int ExperimentRecord::Count(Verdict verdict) const {
  return static_cast<int>(
      std::count_if(result.claims.begin(), result.claims.end(),
                    [verdict](const Claim& claim) { return claim.verdict == verdict; }));
}

StatusOr<ExperimentRecord> RunExperiment(const Experiment& experiment,
                                         const ExperimentOptions& options) {
  const Time begin = SystemClock().Now();
  std::string source = options.plan_source;
  std::string text = options.plan_text;
  if (text.empty()) {
    source = fmt::format("lab/experiments/{}.toml", experiment.name);
    text = Embedded(source);
    if (text.empty()) return Internal("{} is not built in: list it in CMakeLists.txt", source);
  }
  ASSIGN_OR_RETURN(ExperimentPlan plan, ExperimentPlan::Parse(text, source, options.quick));
  ExperimentRecord record{std::string(experiment.name),
                          std::string(experiment.reproduces),
                          options.quick,
                          plan.seeds(),
                          text,
                          {}};
  ExperimentSetting setting{std::move(plan), options.quick, options.data,
                            std::max(options.threads, 1), options.progress};
  ASSIGN_OR_RETURN(record.result, experiment.run(setting));
  record.seconds = ToSeconds(SystemClock().Now() - begin);
  return record;
}

}  // namespace consilium::experiments
