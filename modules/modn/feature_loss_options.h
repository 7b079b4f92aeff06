#ifndef CONSILIUM_MODULES_MODN_FEATURE_LOSS_OPTIONS_H_
#define CONSILIUM_MODULES_MODN_FEATURE_LOSS_OPTIONS_H_

namespace consilium::modn {

// How much what is not an outcome counts in the loss (docs/papers.md, Feature decoders). All 1 in
// the paper, which sums over features where here the mean over a patient's answers is taken.
struct FeatureLossOptions {
  double decoding = 0;   // of the feature decoders; 0: not trained
  double asked = 1;      // within it: of answers given so far ...
  double unasked = 1;    // ... and of those still to come
  int decoded_rows = 1;  // steps of each patient that are decoded in a pass; 0: all
  // Of a question asked again at the end: the state should not change, and (times `decoding`) the
  // answer be decoded still. Only questions a batch repeats count.
  double idempotence = 0;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_FEATURE_LOSS_OPTIONS_H_
