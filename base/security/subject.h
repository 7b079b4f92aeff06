#ifndef CONSILIUM_BASE_SECURITY_SUBJECT_H_
#define CONSILIUM_BASE_SECURITY_SUBJECT_H_

#include <string_view>

#include "base/security/handles.h"
#include "base/security/identity.h"

// For the .cc files of base/security.
namespace consilium::security {

// O = federation, OU = role, CN = name: for people; programs read the URI.
bool SetSubject(X509_NAME* name, const Identity& identity);
bool AddToSubject(X509_NAME* name, const char* field, std::string_view value);

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_SUBJECT_H_
