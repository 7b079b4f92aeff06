#ifndef CONSILIUM_LAB_EVALUATION_MISSINGNESS_PAGE_H_
#define CONSILIUM_LAB_EVALUATION_MISSINGNESS_PAGE_H_

#include "lab/evaluation/missingness.h"
#include "lab/page/page.h"

namespace consilium::evaluation {

page::Section MissingnessSection(const MissingnessAudit& audit);

}  // namespace consilium::evaluation

#endif  // CONSILIUM_LAB_EVALUATION_MISSINGNESS_PAGE_H_
