#include <optional>

#include "base/command/work.h"
#include "base/file.h"
#include "lab/commands/commands.h"
#include "lab/commands/topology.h"
#include "lab/commands/topology_fit.h"
#include "modules/compress/compressor_help.h"

namespace consilium::commands {
namespace {

constexpr int kMostSites = topology::kMostAdvisedSites;
constexpr int kMostFitted = 1000;

struct StudyChoice {
  std::vector<std::string> names;
  int sites = 0;
  std::string links, html, decays;
  double zeta = 50;
  bool exact = false;
};

struct AdviceChoice {
  topology::Situation situation;
  std::string links, html;
};

template <typename Result>
Status Deliver(const Result& result, const std::string& text, const std::string& html,
               Invocation& invocation) {
  if (!html.empty()) RETURN_IF_ERROR(WriteFile(html, page::ToHtml(ToPage(result))));
  invocation.out << (invocation.json ? ToJson(result) + "\n" : text);
  return OkStatus();
}

StatusOr<topology::LinkList> ReadLinks(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string csv, ReadFile(path));
  return topology::ParseLinks(csv, path);
}

// Links come first, then the names.
StatusOr<std::vector<topology::Network>> NetworksOf(const StudyChoice& choice) {
  std::vector<topology::Network> networks;
  int sites = choice.sites;
  if (!choice.links.empty()) {
    ASSIGN_OR_RETURN(const topology::LinkList links, ReadLinks(choice.links));
    ASSIGN_OR_RETURN(topology::Network network, topology::NetworkOf(choice.links, links.graph));
    network.sites = links.sites;
    if (sites > 0 && sites != links.graph.size()) {
      return UsageError(InvalidArgument("--sites {}, but {} names {}: leave one out", sites,
                                        choice.links, links.graph.size()));
    }
    sites = links.graph.size();
    networks.push_back(std::move(network));
  }
  if (sites > kMostSites) {
    return InvalidArgument("{} names {} sites: expected at most {}", choice.links, sites,
                           kMostSites);
  }
  for (const std::string& name : choice.names) {
    auto network = topology::MakeNetwork(name, sites);
    if (!network.ok()) return UsageError(network.status());
    networks.push_back(*std::move(network));
  }
  return networks;
}

Status RunStudy(const StudyChoice& choice, bool compare, Invocation& invocation) {
  topology::FactsOptions options{.zeta = choice.zeta, .exact = choice.exact};
  if (!choice.decays.empty()) {
    auto decays = ParseDecays(choice.decays);
    if (!decays.ok()) return UsageError(decays.status());
    options.decays = *decays;
  }
  if (const Status zeta = topology::CheckStep({1, choice.zeta}); !zeta.ok())
    return UsageError(zeta);
  ASSIGN_OR_RETURN(std::vector<topology::Network> networks, NetworksOf(choice));
  if (networks.empty()) {
    return UsageError(InvalidArgument("no topology: name one, or give --links FILE"));
  }
  ASSIGN_OR_RETURN(const NetworkStudy study, StudyOf(std::move(networks), options));
  return Deliver(study, compare ? CompareText(study) : ShowText(study), choice.html, invocation);
}

Status RunAdvise(AdviceChoice choice, Invocation& invocation) {
  if (!choice.links.empty()) {
    ASSIGN_OR_RETURN(choice.situation.links, ReadLinks(choice.links));
    const Status connected = topology::CheckConnected(*choice.situation.links);
    if (!connected.ok()) return Annotate(connected, choice.links);
  } else if (choice.situation.sites == 0) {
    return UsageError(InvalidArgument("how many sites? Give --sites N, or --links FILE"));
  }
  auto advice = topology::Advise(choice.situation);
  if (!advice.ok()) return UsageError(advice.status());
  return Deliver(*advice, AdviceText(*advice), choice.html, invocation);
}

void AddStudyOptions(const Command& command, StudyChoice& choice) {
  command.Option("--sites", &choice.sites, "How many; default: 32, or as many as --links names",
                 {.within = Bounds{1, kMostSites}});
  command.Option("--links", &choice.links,
                 "CSV of who is linked with whom (docs/formats/links.md)");
  command.Option("--decays", &choice.decays, "Default: 0,0.5,0.9,0.951,0.99,0.999");
  command.Option("--zeta", &choice.zeta,
                 "Noise of the random quadratics, (1 + batch + dimension) / batch",
                 {.show_default = true});
  command.Option("--exact", &choice.exact, "Also the exact rate, which takes longer");
  command.Option("--html", &choice.html, "Also write a page with the graph drawn to this file");
}

struct ShowChoice {
  StudyChoice study;
  std::string name;
};

Status RunShow(ShowChoice choice, Invocation& invocation) {
  StudyChoice& study = choice.study;
  if (!choice.name.empty()) study.names = {choice.name};
  if (study.sites == 0 && study.links.empty()) study.sites = 32;
  if (!study.names.empty() && !study.links.empty()) {
    return UsageError(InvalidArgument("'{}' and --links {}: show one of them, or compare them",
                                      choice.name, study.links));
  }
  return RunStudy(study, false, invocation);
}

void AddShow(const Command& topology, Invocation& invocation) {
  const auto [command, choice] = AddWork<ShowChoice>(
      topology, invocation, "show", "All there is to know of one topology",
      "ring --sites 16 --html ring.html\n  consilium topology show torus:4x8 --exact", RunShow);
  command.Option("name", &choice->name,
                 "As in a plan, or such as torus:4x8, tree:5, local_steps:8");
  AddStudyOptions(command, choice->study);
}

Status RunCompare(StudyChoice choice, Invocation& invocation) {
  if (choice.sites == 0 && choice.links.empty()) choice.sites = 32;
  if (choice.names.empty()) {
    choice.names = {"solo",           "star",        "binary_tree",
                    "chain",          "ring",        "torus",
                    "hypercube",      "two_cliques", "time_varying_exponential",
                    "fully_connected"};
  }
  return RunStudy(choice, true, invocation);
}

void AddCompare(const Command& topology, Invocation& invocation) {
  const auto [command, choice] = AddWork<StudyChoice>(
      topology, invocation, "compare", "Several topologies side by side",
      "--sites 32\n"
      "  consilium topology compare ring torus hypercube --sites 64 --html topologies.html",
      RunCompare);
  command.Option("names", &choice->names, "Which; default: those of the paper's table");
  AddStudyOptions(command, *choice);
}

void AddAdvise(const Command& topology, Invocation& invocation) {
  const auto [command, choice] = AddWork<AdviceChoice>(
      topology, invocation, "advise",
      "Recommend schedule, topology, compression and learning rate for a federation",
      "--sites 12 --max-links 3 --delay-ms 40 --mbit-s 5\n"
      "  consilium topology advise --links links.csv --parameters 1e6 --heterogeneity 0.6",
      RunAdvise);
  topology::Situation& s = choice->situation;
  command.Option("--sites", &s.sites, "How many; not needed with --links",
                 {.within = Bounds{1, kMostSites}});
  command.Option("--links", &choice->links,
                 "CSV of who can hold a link with whom, with delays and rates");
  command.Option("--max-links", &s.most_links,
                 "That a site can hold, if anybody may link with anybody");
  command.Option("--delay-ms", &s.delay_ms, "One way", {.show_default = true});
  command.Option("--mbit-s", &s.mbit_s, "That a site can send", {.show_default = true});
  command.Option("--parameters", &s.parameters, "Numbers in the model", {.show_default = true});
  command.Option("--train-seconds", &s.train_seconds, "Training of a round, slowest site",
                 {.show_default = true});
  command.Option("--rounds", &s.rounds, "Planned", {.show_default = true});
  command.Option("--heterogeneity", &s.heterogeneity,
                 "How much the sites' patients differ, 0 (not at all) to 1 (nothing in common)",
                 {.show_default = true});
  command.Option("--zeta", &s.zeta, "Noise of the problem, as for show", {.show_default = true});
  command.Option("--html", &choice->html, "Also write a page to this file");
}

struct FitChoice {
  std::string results, html;
  int sites = 0;
};

Status RunFit(const FitChoice& choice, Invocation& invocation) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(choice.results));
  ASSIGN_OR_RETURN(const auto measured, ParseResults(text, choice.results));
  const auto study = FitOf(measured, choice.sites);
  if (!study.ok()) return Annotate(study.status(), choice.results);
  return Deliver(*study, FitText(*study), choice.html, invocation);
}

void AddFit(const Command& topology, Invocation& invocation) {
  const auto [command, choice] = AddWork<FitChoice>(
      topology, invocation, "fit",
      "The decay that stands for a problem, from runs of it on several topologies",
      "results.csv --sites 16\n"
      "with lines of topology,result: a loss, a rate, or rounds to a target, each at its best\n"
      "learning rate (docs/formats/topology-results.md)",
      RunFit);
  command.Option("results", &choice->results, "CSV or JSON of topologies and results",
                 {.required = true});
  command.Option("--sites", &choice->sites, "Of the runs",
                 {.required = true, .within = Bounds{1, kMostFitted}});
  command.Option("--html", &choice->html, "Also write a page to this file");
}

}  // namespace

void AddTopologyCommand(const Command& program, Invocation& invocation) {
  const Command topology =
      program.Add("topology", "Who is linked with whom: what it is worth, and what to choose",
                  "Compressors that a plan's [compression] can name, and their options:\n" +
                      compress::CompressorsHelp());
  AddShow(topology, invocation);
  AddCompare(topology, invocation);
  AddAdvise(topology, invocation);
  AddFit(topology, invocation);
}

}  // namespace consilium::commands
