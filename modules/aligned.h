#ifndef CONSILIUM_MODULES_ALIGNED_H_
#define CONSILIUM_MODULES_ALIGNED_H_

#include <cstddef>
#include <new>
#include <vector>

namespace consilium {

// Allocates at cache lines, so that a row of 16 floats never straddles two.
template <typename T>
struct CacheLineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};

  CacheLineAllocator() = default;
  template <typename U>
  CacheLineAllocator(const CacheLineAllocator<U>&) {}

  T* allocate(size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), kLine)); }
  void deallocate(T* p, size_t) { ::operator delete(p, kLine); }
  bool operator==(const CacheLineAllocator&) const { return true; }
};

template <typename T>
using AlignedVector = std::vector<T, CacheLineAllocator<T>>;

}  // namespace consilium

#endif  // CONSILIUM_MODULES_ALIGNED_H_
