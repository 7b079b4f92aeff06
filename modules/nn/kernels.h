#ifndef CONSILIUM_MODULES_NN_KERNELS_H_
#define CONSILIUM_MODULES_NN_KERNELS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

// The few loops that take the time, once in plain C++ and once per width of vector. Whoever calls
// them lays matrices out in rows of a multiple of kRowMultiple numbers, zeros behind the last.
namespace consilium::nn {

inline constexpr int kRowMultiple = 16;

constexpr int PaddedRow(int numbers) {
  return (numbers + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
}

// C += A B with A [m, k] of any strides, B [k, n] and C [m, n] with contiguous rows, n a multiple
// of kRowMultiple. Every element is summed over k in order, so it does not depend on m or n.
template <typename Scalar>
struct Product {
  int m = 0, n = 0, k = 0;
  const Scalar* a = nullptr;
  ptrdiff_t a_row = 0, a_column = 0;
  const Scalar* b = nullptr;
  ptrdiff_t b_row = 0;
  Scalar* c = nullptr;
  ptrdiff_t c_row = 0;
};

// Logits of one outcome, a patient a column: z[c * stride + i], i < n, n a multiple of
// kRowMultiple. Labels outside [0, classes) are allowed where the weight is 0.
template <typename Scalar>
struct SoftmaxLoss {
  int classes = 0, n = 0;
  ptrdiff_t stride = 0;
  Scalar* z = nullptr;
  const int32_t* labels = nullptr;  // [n]
  const Scalar* weights = nullptr;  // [n]
};

// Adam (Kingma and Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov and Hutter 2019):
// p <- p - rate * (m' / (sqrt(v') + epsilon) + decay * p), m' and v' corrected for their bias.
// The gradient taken is gradient + l2 * p.
template <typename Scalar>
struct AdamStep {
  size_t n = 0;
  Scalar* parameters = nullptr;
  const Scalar* gradient = nullptr;
  Scalar* mean = nullptr;
  Scalar* square = nullptr;
  Scalar beta1 = 0, beta2 = 0, rate = 0, decay = 0, epsilon = 0;
  Scalar mean_correction = 1, square_correction = 1;  // 1 / (1 - beta^t)
  Scalar l2 = 0;
};

// One way to compute. All functions are thread-safe.
template <typename Scalar>
struct Kernels {
  const char* name;
  void (*multiply_add)(const Product<Scalar>&);
  // x <- max(x, 0)
  void (*relu)(size_t n, Scalar* x);
  // gradient <- 0 where output is not positive
  void (*relu_gradient)(size_t n, const Scalar* output, Scalar* gradient);
  void (*sigmoid)(size_t n, Scalar* x);
  void (*tanh)(size_t n, Scalar* x);
  // Replaces z by weight * (softmax(z) - one-hot(label)), which is the gradient of what it
  // returns: the sum of weight * -log softmax(z)[label].
  double (*softmax_loss)(const SoftmaxLoss<Scalar>&);
  // For every row r: gradient += coefficient[r] * (after - before). Returns the sum over rows of
  // coefficient[r] / 2 * |after - before|^2. All [rows, n], n a multiple of kRowMultiple.
  double (*distance)(int rows, int n, const Scalar* after, const Scalar* before,
                     const Scalar* coefficient, Scalar* gradient);
  void (*adam)(const AdamStep<Scalar>&);
};

// The textbook loops; float and double.
template <typename Scalar>
const Kernels<Scalar>& PlainKernels();

// All this CPU can run, slowest first. Those with fused multiply-add (avx2, avx512) agree bit for
// bit in all they write; the sums softmax_loss and distance return may differ in the last places.
std::vector<const Kernels<float>*> AvailableKernels();

// The widest this CPU can run (float); the plain ones (double).
template <typename Scalar>
const Kernels<Scalar>& BestKernels();

}  // namespace consilium::nn

#endif  // CONSILIUM_MODULES_NN_KERNELS_H_
