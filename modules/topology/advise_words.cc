#include "modules/topology/advise_words.h"

#include <algorithm>

#include "fmt/format.h"

namespace consilium::topology {
namespace {

// Never as 1.11e+03.
std::string ThreeDigits(double value) {
  return value < 99.95 ? fmt::format("{:.3g}", value) : fmt::format("{:.0f}", value);
}

std::string CompressionWords(const Option& option) {
  if (option.compressor == "identity") return "no compression";
  const std::string how = option.rank > 0 ? fmt::format("low rank {}", option.rank)
                                          : fmt::format("{} bits a number", option.bits);
  return fmt::format("{} (about {:.0f} times smaller)", how, option.compression);
}

std::string ScheduleReason(const Option& option, const Situation& situation) {
  if (option.schedule == "all_reduce") {
    return fmt::format(
        "All-reduce gives every site the exact mean in every round, so differences between the "
        "sites' patients cost nothing; it waits for messages to go up the tree and down again, {} "
        "of exchange a round beside {} of training.",
        InSeconds(option.exchange_seconds), InSeconds(situation.train_seconds));
  }
  if (option.schedule == "relay_sum") {
    return fmt::format(
        "RelaySum sends one message over each link of a tree in a round and waits for neighbours "
        "only, {} of exchange a round. Every site's model reaches every other once, however "
        "different their "
        "patients are, as many rounds late as it is links away.",
        InSeconds(option.exchange_seconds));
  }
  if (option.schedule == "d_squared") {
    return fmt::format(
        "D-squared gossips, {} of exchange a round, and takes away what differing patients pull "
        "apart, so that "
        "a heterogeneity of {:.2f} costs nothing; on this graph its noise takes {:.2f} times the "
        "rounds of an exact average. A message that is late or lost moves its mean until the next "
        "generation: give rounds long deadlines.",
        InSeconds(option.exchange_seconds), situation.heterogeneity, option.rounds_factor);
  }
  if (option.schedule == "push_sum") {
    return fmt::format(
        "Push-sum sends one message a round, to the next of {} sites in turn, {} of exchange; all "
        "have heard of all after a few rounds. It needs {:.2f} times the rounds of an exact "
        "average at a heterogeneity of {:.2f}.",
        option.most_links, InSeconds(option.exchange_seconds), option.rounds_factor,
        situation.heterogeneity);
  }
  return fmt::format(
      "Gossip waits for neighbours only, {} of exchange a round, needs no tree, and a "
      "heterogeneity of {:.2f} "
      "on this graph leaves it at {:.2f} times the rounds of an exact average.",
      InSeconds(option.exchange_seconds), situation.heterogeneity, option.rounds_factor);
}

std::string TopologyReason(const Option& option, const Advice& advice, const Situation& situation) {
  std::string where = fmt::format("{} of {}", option.shape, Sites(advice.sites));
  if (situation.links) {
    where = fmt::format("{}, {} of the {} links you listed", option.shape, option.edges.size(),
                        situation.links->graph.Edges().size());
  }
  const std::string limit =
      situation.links ? "they are the links that can be held"
      : situation.most_links > 0
          ? fmt::format("within the {} that a site can hold", situation.most_links)
          : "you set no limit";
  return fmt::format("Topology: {}; the busiest site holds {} link{} ({}) and sends {} a round.",
                     where, option.most_links, option.most_links == 1 ? "" : "s", limit,
                     InBytes(option.bytes));
}

std::string CompressionReason(const Option& option, const Situation& situation) {
  const std::string size = InBytes(4 * situation.parameters);
  if (option.compressor == "identity") {
    return fmt::format("Compression: none needed, {} over these links are a small part of a round.",
                       size);
  }
  const bool short_enough = option.exchange_seconds <= 0.25 * situation.train_seconds;
  return fmt::format(
      "Compression: {}; the model is {} uncompressed. {}", CompressionWords(option), size,
      short_enough ? "It is the weakest that keeps the exchange below a quarter of the training."
                   : "Even so the exchange takes more than a quarter of the training: train longer "
                     "between exchanges (local_epochs).");
}

std::string RateReason(const Option& option) {
  if (option.schedule == "relay_sum") {
    return fmt::format(
        "Learning rate: up to {:.2f} times that of all-reduce (mean distance in links + 1/n), "
        "because models arrive late; raise_learning_rate = true does it.",
        option.learning_rate_factor);
  }
  if (option.schedule != "all_reduce") {
    return fmt::format(
        "Learning rate: about {:.2f} times that of all-reduce: a site in effect averages with "
        "fewer sites than there are, and noise{} limits the rate.",
        option.learning_rate_factor,
        option.schedule != "d_squared" ? ", or what pulls sites apart," : "");
  }
  return "Learning rate: as if all patients were in one place; 1 times that of all-reduce.";
}

// What D-squared would be worth where gossip is held back; empty where it is not.
std::string DSquaredReason(const Advice& advice, const Situation& situation) {
  const Option& best = advice.options.front();
  const auto of = [&](const char* schedule) {
    return std::ranges::find(advice.options, schedule, &Option::schedule);
  };
  const auto corrected = of("d_squared"), gossip = of("gossip");
  if (corrected == advice.options.end() || gossip == advice.options.end()) return "";
  if (best.schedule == "d_squared" || gossip->rounds_factor < corrected->rounds_factor) return "";
  return fmt::format(
      "With sites that differ so much ({:.2f}) D-squared on a {} would do better than gossip, "
      "{:.1f} times "
      "the rounds of an exact average against {:.1f}; but {} is {}, and forgives late messages. "
      "gradient_tracking does what D-squared does at twice the bytes.",
      situation.heterogeneity,
      corrected->topology == "edges" ? "network of your links" : corrected->shape,
      corrected->rounds_factor, gossip->rounds_factor, best.schedule,
      corrected->relative_time > 1.005
          ? fmt::format("{:.1f} times faster", corrected->relative_time)
          : "no slower");
}

// Why an option is not the recommended one: what it has more of.
std::string Drawback(const Option& option, const Option& best) {
  if (option.compression > best.compression && option.relative_time < 1) {
    return "hardly faster, and leaves more out";
  }
  if (option.relative_time < 1.005) return "as good by these estimates";
  const double rounds = option.rounds_factor / best.rounds_factor;
  const double seconds = option.round_seconds / best.round_seconds;
  if (rounds >= seconds) {
    if (option.schedule == "relay_sum") return "starts later: the farthest site is far";
    return option.schedule == "d_squared" ? "needs more rounds: noise, which it adds to"
                                          : "needs more rounds: mixes slowly, or sites differ";
  }
  // Of a slower round that which there is more of: messages one after the other, or of one site.
  const double sequence = static_cast<double>(option.in_sequence) / best.in_sequence;
  const double sent = option.bytes / best.bytes;
  if (sequence > 1.2 && sequence >= sent) {
    return fmt::format("{} messages after each other in a round", option.in_sequence);
  }
  return sent > 1.2 ? "its busiest site sends much" : "a round takes longer";
}

std::string TomlOf(const Option& option, const Advice& advice) {
  std::string toml = fmt::format("[schedule]\nkind = \"{}\"\n", option.schedule);
  if (option.schedule != "push_sum") toml += fmt::format("topology = \"{}\"\n", option.topology);
  if (option.schedule == "relay_sum") toml += "raise_learning_rate = true\n";
  const auto name = [&](int site) {
    return advice.names.empty() ? fmt::format("site-{}", site + 1)
                                : advice.names[static_cast<size_t>(site)];
  };
  if (!option.edges.empty() && advice.names.empty()) {
    toml += "# put the names of your sites in place of site-1 and so on\n";
  }
  for (const auto& [a, b] : option.edges) {
    toml += fmt::format("\n[[schedule.edge]]\nfrom = \"{}\"\nto = \"{}\"\n", name(a), name(b));
  }
  toml += fmt::format("\n[compression]\nkind = \"{}\"\n", option.compressor);
  if (option.rank > 0) toml += fmt::format("rank = {}\n", option.rank);
  if (option.bits > 0) toml += fmt::format("bits = {}\n", option.bits);
  return toml;
}

}  // namespace

std::string InBytes(double bytes) {
  if (bytes < 999.5) return fmt::format("{:.0f} B", bytes);
  if (bytes < 999.5e3) return ThreeDigits(bytes / 1e3) + " kB";
  if (bytes < 999.5e6) return ThreeDigits(bytes / 1e6) + " MB";
  return ThreeDigits(bytes / 1e9) + " GB";
}

std::string InSeconds(double seconds) {
  if (seconds < 0.9995) return ThreeDigits(seconds * 1e3) + " ms";
  if (seconds < 120) return ThreeDigits(seconds) + " s";
  if (seconds < 7200) return ThreeDigits(seconds / 60) + " min";
  return ThreeDigits(seconds / 3600) + " h";
}

std::string Sites(int count) { return fmt::format("{} site{}", count, count == 1 ? "" : "s"); }

void Explain(const Situation& situation, Advice& advice) {
  const Option& best = advice.options.front();
  if (advice.sites == 1) {
    advice.reasons.push_back("One site has nobody to exchange with: any schedule does nothing.");
  }
  advice.reasons.push_back(ScheduleReason(best, situation));
  advice.reasons.push_back(TopologyReason(best, advice, situation));
  advice.reasons.push_back(CompressionReason(best, situation));
  advice.reasons.push_back(RateReason(best));
  const bool slow_gossip = std::any_of(
      advice.options.begin(), advice.options.end(),
      [](const Option& option) { return option.schedule == "gossip" && option.rounds_factor > 3; });
  if (best.schedule != "gossip" && slow_gossip && situation.heterogeneity > 0.2) {
    advice.reasons.push_back(fmt::format(
        "Gossip was held back by the heterogeneity of {:.2f}: in the papers' figures a ring of 16 "
        "loses 7 points of accuracy when sites see mostly their own classes, and 33 when they see "
        "hardly any other; RelaySum and all-reduce lose 0 to 3.",
        situation.heterogeneity));
  }
  const std::string corrected = DSquaredReason(advice, situation);
  if (!corrected.empty()) advice.reasons.push_back(corrected);
  for (size_t i = 1; i < advice.options.size(); ++i) {
    advice.options[i].drawback = Drawback(advice.options[i], best);
  }
  advice.toml = TomlOf(best, advice);
}

}  // namespace consilium::topology
