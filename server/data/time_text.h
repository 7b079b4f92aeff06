#ifndef CONSILIUM_SERVER_DATA_TIME_TEXT_H_
#define CONSILIUM_SERVER_DATA_TIME_TEXT_H_

#include <optional>
#include <string_view>

namespace consilium::data {

// A time as something that orders: a number as it is, "2024-02-29", "2024-02-29 13:05" or
// "2024-02-29T13:05:30.5" (an optional Z ends it) in seconds, "26:30" or "26:30:15" (hours,
// minutes, seconds since a beginning) in minutes. Nullopt for anything else, NaN and infinity too.
std::optional<double> ParseTime(std::string_view text);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_TIME_TEXT_H_
