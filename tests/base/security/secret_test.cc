#include "base/security/secret.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <sstream>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"

namespace {

// What the watched memory held when it was given back.
const void* watched = nullptr;
size_t watched_size = 0;
std::vector<uint8_t>* last_words = nullptr;

void Observe(const void* memory) {
  if (memory == nullptr || memory != watched) return;
  watched = nullptr;
  const auto* bytes = static_cast<const uint8_t*>(memory);
  std::copy_n(bytes, watched_size, last_words->begin());
}

}  // namespace

void* operator new[](size_t size) {
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete[](void* memory) noexcept {
  Observe(memory);
  std::free(memory);
}
void operator delete[](void* memory, size_t) noexcept {
  Observe(memory);
  std::free(memory);
}

namespace consilium::security {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(!Printable<Secret>);

Secret Make(std::string text) { return Secret::Taking(text); }

class WipedSecretTest : public ::testing::Test {
 protected:
  void Watch(const Secret& secret) {
    words_.assign(secret.size(), 0xff);
    last_words = &words_;
    watched_size = secret.size();
    watched = secret.Reveal().data();
  }
  bool SeenWiped() const {
    return watched == nullptr &&
           std::all_of(words_.begin(), words_.end(), [](uint8_t byte) { return byte == 0; });
  }

 private:
  std::vector<uint8_t> words_;
};

TEST_F(WipedSecretTest, ItsMemoryIsZeroWhenGivenBack) {
  {
    const Secret secret = Make("the key of the hospital");
    Watch(secret);
  }
  EXPECT_TRUE(SeenWiped());
}

TEST_F(WipedSecretTest, AnAssignedSecretWipesWhatItHeld) {
  Secret secret = Make("old key");
  Watch(secret);
  secret = Make("new key");
  EXPECT_TRUE(SeenWiped());
  EXPECT_EQ(secret.RevealText(), "new key");
}

TEST(SecretTest, TakingLeavesNothingInTheText) {
  std::string text = "a key long enough to live outside of the string object itself";
  const char* bytes = text.data();
  const size_t size = text.size();
  const Secret secret = Secret::Taking(text);
  EXPECT_TRUE(text.empty());
  EXPECT_TRUE(std::all_of(bytes, bytes + size, [](char byte) { return byte == 0; }));
  EXPECT_EQ(secret.size(), size);
}

TEST(SecretTest, ComparesBytes) {
  EXPECT_TRUE(Make("abc") == Make("abc"));
  EXPECT_FALSE(Make("abc") == Make("abd"));
  EXPECT_FALSE(Make("abc") == Make("abcd"));
  EXPECT_TRUE(Secret() == Secret());
}

TEST(SecretTest, CopyIsExplicitAndIndependent) {
  Secret first = Make("abc");
  const Secret second = first.Copy();
  first = Secret();
  EXPECT_EQ(second.RevealText(), "abc");
}

TEST(SecretTest, AMovedFromSecretIsEmpty) {
  Secret first = Make("abc");
  const Secret second = std::move(first);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(second.RevealText(), "abc");
}

}  // namespace
}  // namespace consilium::security
