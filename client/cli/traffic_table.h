#ifndef CONSILIUM_CLIENT_CLI_TRAFFIC_TABLE_H_
#define CONSILIUM_CLIENT_CLI_TRAFFIC_TABLE_H_

#include <cstdint>
#include <string>

#include "client/api/federation.h"

// What a run's messages cost, written for people, without a trailing newline.
namespace consilium::cli {

// "912 B", "34.1 kB", "5.2 MB"
std::string BytesText(uint64_t bytes);

// How many times fewer bytes were sent than uncompressed: "9.3x"; "-" if nothing was sent.
std::string TimesSmaller(uint64_t sent, uint64_t uncompressed);

// "2.1 MB sent, 19.5 MB uncompressed: 9.3x smaller, compression error up to 81 %; 4.2 MB in and out
// of the coordinator": of all sites, the error of the site with the largest; what a site sends
// comes into the coordinator and goes out of it again, so that its link carries both. Before the
// first message: "nothing sent yet".
std::string TotalTraffic(const api::RunView& run);

// Tables by link and, of the sites that have reported, by module and by round.
std::string TrafficText(const api::RunView& run);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_TRAFFIC_TABLE_H_
