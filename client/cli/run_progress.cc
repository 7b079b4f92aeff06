#include "client/cli/run_progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "client/cli/run_json.h"
#include "client/cli/traffic_table.h"
#include "fmt/format.h"

namespace consilium::cli {
namespace {

// Characters of a bar, on a terminal that is this wide and on a narrower one.
constexpr size_t kWideTerminal = 110;
constexpr int kWideBar = 30;
constexpr int kNarrowBar = 12;
constexpr int kLinesOnTheWay = 20;

std::string Bar(int done, int all, int width) {
  const int filled = all == 0 ? 0 : std::clamp(width * done / all, 0, width);
  std::string bar;
  for (int i = 0; i < width; ++i) bar += i < filled ? "█" : "░";
  return bar;
}

std::string SiteLine(const api::RunSiteView& site, int rounds, size_t names, int bar) {
  std::string line =
      fmt::format("{:<{}}  {} {:>4}/{}", site.site, names, Bar(site.rounds_completed, rounds, bar),
                  site.rounds_completed, rounds);
  if (site.training_loss) line += fmt::format("  loss {:.4f}", *site.training_loss);
  line += fmt::format("  {:>8} {:>5}", BytesText(site.bytes_sent),
                      TimesSmaller(site.bytes_sent, site.bytes_uncompressed));
  if (site.compression_error > 0) {
    line += fmt::format("  error {:>2.0f} %", 100 * site.compression_error);
  }
  if (site.report) {
    line += "  done";
  } else if (site.participating) {
    line += "  " + site.stage;
  } else {
    line += "  " + (site.note.empty() ? std::string("waits") : site.note);
  }
  return line;
}

size_t TerminalWidth() {
  winsize size = {};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

// The first `width` characters of UTF-8 text, of its first line.
std::string Clip(const std::string& text, size_t width) {
  size_t characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
    if (text[i] == '\n' || (starts && ++characters > width)) return text.substr(0, i);
  }
  return text;
}

class Bars final : public RunProgress {
 public:
  explicit Bars(std::ostream& out) : out_(out) {}

  void Show(const api::RunView& run) override {
    if (drawn_ > 0) out_ << "\x1b[" << drawn_ << "A";
    size_t width = 0;
    for (const api::RunSiteView& site : run.sites) width = std::max(width, site.site.size());
    Line(fmt::format("run {}: {}, generation {}{}", run.run, run.state, run.generation,
                     run.reason.empty() || run.HasEnded() ? "" : " (" + run.reason + ")"));
    const int bar = TerminalWidth() >= kWideTerminal ? kWideBar : kNarrowBar;
    for (const api::RunSiteView& site : run.sites) Line(SiteLine(site, run.rounds, width, bar));
    drawn_ = run.sites.size() + 1;
    out_.flush();
  }

 private:
  // A line that wraps would be two when the cursor goes up again.
  void Line(const std::string& text) { out_ << "\x1b[2K" << Clip(text, TerminalWidth()) << "\n"; }

  std::ostream& out_;
  size_t drawn_ = 0;
};

class Lines final : public RunProgress {
 public:
  explicit Lines(std::ostream& out) : out_(out) {}

  void Show(const api::RunView& run) override {
    const int part = run.rounds == 0 ? 0 : run.rounds_completed * kLinesOnTheWay / run.rounds;
    const std::string state = fmt::format("{} {} {}", run.state, run.generation, run.reason);
    if (state == state_ && part == part_) return;
    state_ = state;
    part_ = part;
    double loss = 0;
    int losses = 0;
    for (const api::RunSiteView& site : run.sites) {
      if (site.training_loss) loss += *site.training_loss;
      if (site.training_loss) ++losses;
    }
    std::string line = fmt::format("run {}: {}, round {} of {}", run.run, run.state,
                                   run.rounds_completed, run.rounds);
    if (losses > 0) line += fmt::format(", loss {:.4f}", loss / losses);
    line += ", " + TotalTraffic(run);
    if (!run.reason.empty() && run.reason != run.state) line += fmt::format(" ({})", run.reason);
    out_ << line << std::endl;
  }

 private:
  std::ostream& out_;
  std::string state_;
  int part_ = -1;
};

class Json final : public RunProgress {
 public:
  explicit Json(std::ostream& out) : out_(out) {}
  void Show(const api::RunView& run) override { out_ << RunJson(run) << std::endl; }

 private:
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<RunProgress> NewProgressBars(std::ostream& out) {
  return std::make_unique<Bars>(out);
}

std::unique_ptr<RunProgress> NewProgressLines(std::ostream& out) {
  return std::make_unique<Lines>(out);
}

std::unique_ptr<RunProgress> NewProgressJson(std::ostream& out) {
  return std::make_unique<Json>(out);
}

}  // namespace consilium::cli
