#include "base/security/subject.h"

namespace consilium::security {

bool AddToSubject(X509_NAME* name, const char* field, std::string_view value) {
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

bool SetSubject(X509_NAME* name, const Identity& identity) {
  return AddToSubject(name, "O", identity.federation) &&
         AddToSubject(name, "OU", RoleName(identity.role)) &&
         AddToSubject(name, "CN", identity.name);
}

}  // namespace consilium::security
