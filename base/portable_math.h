#ifndef CONSILIUM_BASE_PORTABLE_MATH_H_
#define CONSILIUM_BASE_PORTABLE_MATH_H_

// Functions whose last bit must not depend on the machine: the C library picks its exp and log by
// CPU, and values that two sites derive from one seed must be equal bit for bit. Only + - * / sqrt
// and exact scaling are used. For everything else <cmath> is better.
namespace consilium {

// Natural logarithm, relative error below 1e-15. Requires x > 0 and finite.
double PortableLog(double x);

// exp(x), relative error below 1e-15 * (1 + |x|). Requires a number; beyond +-700 it is exp(+-700).
double PortableExp(double x);

// Quantile of the standard normal distribution, relative error about 1e-15.
// Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988). Requires 0 < p < 1.
double PortableNormalQuantile(double p);

}  // namespace consilium

#endif  // CONSILIUM_BASE_PORTABLE_MATH_H_
