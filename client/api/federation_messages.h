#ifndef CONSILIUM_CLIENT_API_FEDERATION_MESSAGES_H_
#define CONSILIUM_CLIENT_API_FEDERATION_MESSAGES_H_

#include "client/api/federation.h"

namespace consilium::v1 {
class RunStatus;
class Site;
}  // namespace consilium::v1

namespace consilium::api {

RunView ViewOf(const v1::RunStatus& status);
SiteView ViewOf(const v1::Site& site);

}  // namespace consilium::api

#endif  // CONSILIUM_CLIENT_API_FEDERATION_MESSAGES_H_
