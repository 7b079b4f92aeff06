#ifndef CONSILIUM_SERVER_EVALUATION_MISSINGNESS_PAGE_H_
#define CONSILIUM_SERVER_EVALUATION_MISSINGNESS_PAGE_H_

#include "base/page/page.h"
#include "server/evaluation/missingness.h"

namespace consilium {

page::Section MissingnessSection(const MissingnessAudit& audit);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVALUATION_MISSINGNESS_PAGE_H_
