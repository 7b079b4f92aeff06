#ifndef CONSILIUM_SERVER_FEDERATION_AGREEMENT_H_
#define CONSILIUM_SERVER_FEDERATION_AGREEMENT_H_

#include <cstddef>
#include <span>
#include <vector>

namespace consilium::federation {

// Whether all sites hold the same model, found out from a few numbers: each site gives parts of its
// model's SHA-256 and their squares, and the numbers' mean over the sites has no variance if and
// only if all parts are alike (so for up to a thousand sites, in doubles). All sites see the same
// mean and so come to the same conclusion.
inline constexpr size_t kAgreementNumbers = 8;

std::vector<double> AgreementNumbers(std::span<const float> model);

// Requires kAgreementNumbers of them. Says nothing of sites that are not in the mean.
bool AllAgree(std::span<const double> mean);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_AGREEMENT_H_
