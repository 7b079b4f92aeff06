// Gram-Schmidt on the packs of loops.h; included after it by each form of the kernels.

namespace consilium {
namespace {

template <typename Scalar>
struct Limits;
template <>
struct Limits<float> {
  static constexpr float kDependent = 1e-5f;  // length left of a vector in the span of the others
  static constexpr float kSmall = 1e-30f;     // squared lengths outside these bounds may have
  static constexpr float kLarge = 1e30f;      // under- or overflowed
  static constexpr float kTiny = 1e-37f;      // no number above: the vector is 0
};
template <>
struct Limits<double> {
  static constexpr double kDependent = 1e-13;
  static constexpr double kSmall = 1e-280;
  static constexpr double kLarge = 1e280;
  static constexpr double kTiny = 1e-307;
};

template <typename Scalar>
Scalar Dot(const Scalar* a, const Scalar* b, int stride) {
  Pack<Scalar> sum = Pack<Scalar>::Zero();
  for (int j = 0; j < stride; j += kFactorLanes) {
    sum.AddTimes(Pack<Scalar>::Load(a + j), Pack<Scalar>::Load(b + j));
  }
  return sum.Sum();
}

template <typename Scalar>
void Multiply(Scalar* vector, int stride, Scalar factor) {
  for (int j = 0; j < stride; j += kFactorLanes) {
    Pack<Scalar> product = Pack<Scalar>::Zero();
    product.AddTimes(Pack<Scalar>::Load(vector + j), factor);
    product.Store(vector + j);
  }
}

// Pseudo-random numbers in [-1, 1), by splitmix64.
template <typename Scalar>
void FillAtRandom(Scalar* vector, int size, uint64_t seed) {
  for (int j = 0; j < size; ++j) {
    uint64_t z = (seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    vector[j] = static_cast<Scalar>(static_cast<int32_t>(z >> 40) - (1 << 23)) /
                static_cast<Scalar>(1 << 23);
  }
}

// Brings the vector to a length whose square is a normal number; false if it is 0.
template <typename Scalar>
bool Rescale(Scalar* vector, int size, int stride) {
  const Scalar squared = Dot(vector, vector, stride);
  if (squared > Limits<Scalar>::kSmall && squared < Limits<Scalar>::kLarge) return true;
  Scalar largest = 0;
  for (int j = 0; j < size; ++j) {
    const Scalar magnitude = vector[j] < 0 ? -vector[j] : vector[j];
    if (magnitude > largest) largest = magnitude;
  }
  if (!(largest > Limits<Scalar>::kTiny)) return false;
  Multiply(vector, stride, 1 / largest);
  return true;
}

// Takes from `vector` its parts along the `count` orthonormal ones.
template <typename Scalar>
void Project(const Scalar* vectors, int count, int stride, Scalar* vector) {
  for (int first = 0; first < count; first += 8) {
    const int group = count - first < 8 ? count - first : 8;
    const Scalar* others = vectors + first * static_cast<long>(stride);
    Scalar along[8];
    for (int c = 0; c < group; ++c) {
      along[c] = -Dot(others + c * static_cast<long>(stride), vector, stride);
    }
    for (int j = 0; j < stride; j += kFactorLanes) {
      Pack<Scalar> rest = Pack<Scalar>::Load(vector + j);
      for (int c = 0; c < group; ++c) {
        rest.AddTimes(Pack<Scalar>::Load(others + c * static_cast<long>(stride) + j), along[c]);
      }
      rest.Store(vector + j);
    }
  }
}

// Makes `vector` orthogonal to the `count` before it and of length 1; false if it depends on them.
template <typename Scalar>
bool Orthonormal(const Scalar* vectors, int count, int size, int stride, Scalar* vector) {
  if (!Rescale(vector, size, stride)) return false;
  const Scalar before = Dot(vector, vector, stride);
  Scalar after = before;
  if (count > 0) {
    Project(vectors, count, stride, vector);
    after = Dot(vector, vector, stride);
    const Scalar dependent = Limits<Scalar>::kDependent * Limits<Scalar>::kDependent;
    if (!(after > before * dependent)) return false;
    if (after < before / 2) {
      Project(vectors, count, stride, vector);
      after = Dot(vector, vector, stride);
    }
  }
  Multiply(vector, stride, 1 / SquareRoot(after));
  return true;
}

template <typename Scalar>
void Orthonormalize(Scalar* vectors, int rank, int size, int stride, uint64_t seed) {
  for (int c = 0; c < rank; ++c) {
    Scalar* vector = vectors + c * static_cast<long>(stride);
    if (Orthonormal(vectors, c, size, stride, vector)) continue;
    do {
      seed = seed * 6364136223846793005u + static_cast<uint64_t>(c) + 1442695040888963407u;
      FillAtRandom(vector, size, seed);
    } while (!Orthonormal(vectors, c, size, stride, vector));
  }
}

template <typename Scalar>
constexpr FactorLoops<Scalar> AllFactorLoops() {
  return {AddRows<Scalar>,  LeftProduct<Scalar>, RightProduct<Scalar>,
          AddOuter<Scalar>, Expand<Scalar>,      Orthonormalize<Scalar>};
}

}  // namespace
}  // namespace consilium
