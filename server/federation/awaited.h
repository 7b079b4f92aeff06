#ifndef CONSILIUM_SERVER_FEDERATION_AWAITED_H_
#define CONSILIUM_SERVER_FEDERATION_AWAITED_H_

#include <string>
#include <vector>

#include "server/federation/run_record.h"

namespace consilium::federation {

// "; va: not attached, cleveland: invited, and 2 more": the sites that have a note, and why they
// are not ready. Empty if there is none; short enough for any message, whatever the notes are.
std::string Awaited(const std::vector<RunSite>& sites);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_AWAITED_H_
