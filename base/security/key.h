#ifndef CONSILIUM_BASE_SECURITY_KEY_H_
#define CONSILIUM_BASE_SECURITY_KEY_H_

#include <string>

#include "base/security/handles.h"
#include "base/security/secret.h"
#include "base/status.h"

// Private keys, for the .cc files of base/security and base/wire.
namespace consilium::security {

StatusOr<KeyHandle> NewKey();                    // ECDSA P-256
StatusOr<Secret> WriteKey(const EVP_PKEY& key);  // PKCS#8 PEM, not encrypted
StatusOr<KeyHandle> ParseKey(const Secret& pem);

// Refuses a file that others than its owner and group may read, or the group may write.
StatusOr<Secret> ReadKeyFile(const std::string& path);

// OK for ECDSA P-256 and P-384, the only keys this federation signs.
Status CheckKeyKind(EVP_PKEY& key);

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_KEY_H_
