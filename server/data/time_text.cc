#include "server/data/time_text.h"

#include <chrono>
#include <cmath>

#include "server/data/text.h"
#include "server/data/value_check.h"

namespace consilium::data {
namespace {

// Reads numbers and the characters between them from the left.
class TimeReader {
 public:
  explicit TimeReader(std::string_view rest) : rest_(rest) {}

  // An integer of `least` to `most` digits below `bound`.
  std::optional<int> Digits(size_t least, size_t most, int bound) {
    int value = 0;
    size_t count = 0;
    while (count < most && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') {
      value = value * 10 + (rest_[count++] - '0');
    }
    if (count < least || value >= bound) return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }

  bool Take(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_[0]) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Seconds with a fraction, to the end.
  std::optional<double> Seconds() {
    const std::optional<double> seconds = ParseNumber(rest_);
    const bool digits = !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9';
    rest_ = {};
    if (!digits || !seconds || *seconds >= 61) return std::nullopt;
    return seconds;
  }

  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// ":SS.f" or nothing, to the end.
std::optional<double> OptionalSeconds(TimeReader& reader) {
  if (reader.done()) return 0;
  if (!reader.Take(":")) return std::nullopt;
  return reader.Seconds();
}

std::optional<double> ParseDate(std::string_view text) {
  if (text.ends_with('Z')) text.remove_suffix(1);
  TimeReader reader(text);
  const auto year = reader.Digits(4, 4, 10000);
  if (!year || !reader.Take("-")) return std::nullopt;
  const auto month = reader.Digits(2, 2, 13);
  if (!month || !reader.Take("-")) return std::nullopt;
  const auto day = reader.Digits(2, 2, 32);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const double midnight =
      86400.0 * static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
  if (reader.done()) return midnight;
  if (!reader.Take("T ")) return std::nullopt;
  const auto hour = reader.Digits(2, 2, 25);
  if (!hour || !reader.Take(":")) return std::nullopt;
  const auto minute = reader.Digits(2, 2, 60);
  if (!minute) return std::nullopt;
  const auto seconds = OptionalSeconds(reader);
  if (!seconds) return std::nullopt;
  return midnight + 3600.0 * *hour + 60.0 * *minute + *seconds;
}

std::optional<double> ParseSinceBeginning(std::string_view text) {
  TimeReader reader(text);
  const auto hours = reader.Digits(1, 6, 1'000'000);
  if (!hours || !reader.Take(":")) return std::nullopt;
  const auto minutes = reader.Digits(2, 2, 60);
  if (!minutes) return std::nullopt;
  const auto seconds = OptionalSeconds(reader);
  if (!seconds) return std::nullopt;
  return 60.0 * *hours + *minutes + *seconds / 60;
}

}  // namespace

std::optional<double> ParseTime(std::string_view text) {
  text = Trim(text);
  if (const std::optional<double> number = ParseNumber(text)) {
    return std::isfinite(*number) ? number : std::nullopt;
  }
  if (const std::optional<double> date = ParseDate(text)) return date;
  return ParseSinceBeginning(text);
}

}  // namespace consilium::data
