#ifndef CONSILIUM_MODULES_SCHEDULE_SCAFFOLD_H_
#define CONSILIUM_MODULES_SCHEDULE_SCAFFOLD_H_

#include <memory>
#include <vector>

#include "modules/schedule/exchange.h"
#include "modules/slices.h"

namespace consilium::schedule {

// The shape of what travels: first the update, then the change of control variates.
FlatShape DoubledShape(const FlatShape& shape);

// SCAFFOLD (Karimireddy et al. 2020, option II) over an all-reduce of doubled vectors, whose shape
// is DoubledShape(shape) and whose weights stand twice. Control variates are in units of a round's
// update, C = (steps x learning rate) c, so that any optimiser may have made the local steps. With
// the site's own C_i, the common C (both 0 at first) and its update u_i of a round:
//   C_i <- C_i - C - u_i,   then [u | d] = mean of [u_i | C_i - C],   C <- C + d
// u is the result; the next round's local steps add up to C_i - C besides (Correction). That the
// distance from C travels, instead of each round's change, heals a round in which sites were not
// heard: with all heard C is again the mean of the C_i. It holds what error feedback has left out
// before, which is therefore subtracted, or it would count twice; but not what a root left out of
// the mean (`owes_of_mean`), which is no part of its own, and many times it where few were heard.
// In blocks in which the site has weight 0 its correction is 0. C and C_i last as long as the
// exchange.
template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeScaffold(std::unique_ptr<Exchange<Scalar>> reduce,
                                               const FlatShape& shape,
                                               std::vector<double> own_weights, bool owes_of_mean);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_SCAFFOLD_H_
