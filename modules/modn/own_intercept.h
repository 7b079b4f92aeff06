#ifndef CONSILIUM_MODULES_MODN_OWN_INTERCEPT_H_
#define CONSILIUM_MODULES_MODN_OWN_INTERCEPT_H_

#include <cstdint>
#include <span>
#include <vector>

namespace consilium::modn {

// A model of many sites knows no site's own share of each class. Of all that a site can refit, the
// intercept is what few patients suffice for (Steyerberg et al., Statistics in Medicine 2004;
// Janssen et al., Journal of Clinical Epidemiology 2008): one number for each class, added to its
// log-probability.

// Pull of the intercepts to 0, as the inverse variance of a normal prior: a site with a handful of
// patients stays at the common model.
inline constexpr double kOwnInterceptPull = 10;

// Minimises NLL + pull / 2 |intercept|^2 over those with a known label (not -1).
// `probabilities` is [patients, classes]; zeros where nobody's label is known.
std::vector<float> FitOwnIntercept(std::span<const float> probabilities,
                                   std::span<const int32_t> labels, int classes,
                                   double pull = kOwnInterceptPull);

// p_c exp(intercept_c), scaled to sum to 1, patient by patient in place.
void AddIntercept(std::span<const float> intercept, std::span<float> probabilities);

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_OWN_INTERCEPT_H_
