#ifndef CONSILIUM_SERVER_FEDERATION_WIRE_CONVERT_H_
#define CONSILIUM_SERVER_FEDERATION_WIRE_CONVERT_H_

#include <string>
#include <string_view>

#include "base/status.h"
#include "server/federation/messages.h"

namespace consilium::v1 {
class Assignment;
class Decline;
class Ended;
class Hold;
class Invitation;
class LinkBroken;
class Offer;
class Progress;
class SiteReport;
}  // namespace consilium::v1

// The protocol's messages between protobuf and checked values. What Decode gives is within bounds:
// names are names, numbers are finite, enums are known, lists are no longer than any run needs.
// Anything else is InvalidArgument, and says which field. Whether a message fits the state of a run
// is for Member and Run to say.
namespace consilium::federation {

void Encode(const Invitation& invitation, v1::Invitation& to);
void Encode(const Offer& offer, v1::Offer& to);
void Encode(const Decline& decline, v1::Decline& to);
void Encode(const Assignment& assignment, v1::Assignment& to);
void Encode(const Hold& hold, v1::Hold& to);
void Encode(const Ended& ended, v1::Ended& to);
void Encode(const Progress& progress, v1::Progress& to);
void Encode(const SiteReport& report, v1::SiteReport& to);
void Encode(const LinkBroken& broken, v1::LinkBroken& to);

StatusOr<Invitation> Decode(const v1::Invitation& from);
StatusOr<Offer> Decode(const v1::Offer& from);
StatusOr<Decline> Decode(const v1::Decline& from);
StatusOr<Assignment> Decode(const v1::Assignment& from);
StatusOr<Hold> Decode(const v1::Hold& from);
StatusOr<Ended> Decode(const v1::Ended& from);
StatusOr<Progress> Decode(const v1::Progress& from);
StatusOr<SiteReport> Decode(const v1::SiteReport& from);
StatusOr<LinkBroken> Decode(const v1::LinkBroken& from);

// A digest in hexadecimal, as our values hold it, as the bytes that are sent, and back.
std::string DigestBytes(const std::string& hexadecimal);
StatusOr<std::string> DigestText(std::string_view field, const std::string& bytes);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_WIRE_CONVERT_H_
