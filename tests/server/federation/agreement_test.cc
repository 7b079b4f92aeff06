#include "server/federation/agreement.h"

#include <cmath>

#include "base/random.h"
#include "gmock/gmock.h"

namespace consilium::federation {
namespace {

std::vector<double> MeanOf(const std::vector<std::vector<float>>& models) {
  std::vector<double> mean(kAgreementNumbers);
  for (const auto& model : models) {
    const std::vector<double> numbers = AgreementNumbers(model);
    for (size_t i = 0; i < mean.size(); ++i) mean[i] += numbers[i];
  }
  for (double& number : mean) number /= static_cast<double>(models.size());
  return mean;
}

std::vector<float> ModelOf(uint64_t seed) {
  Random random(seed);
  std::vector<float> model;
  for (int i = 0; i < 50; ++i) model.push_back(static_cast<float>(random.Normal()));
  return model;
}

TEST(AgreementTest, SitesWithTheSameModelAgreeHoweverManyTheyAre) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    for (const size_t sites : {1, 2, 3, 7, 186, 1000}) {
      EXPECT_TRUE(AllAgree(MeanOf(std::vector(sites, ModelOf(seed))))) << seed << " " << sites;
    }
  }
}

TEST(AgreementTest, OneSiteWithOneOtherBitIsFound) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    for (const size_t sites : {2, 3, 7, 186, 1000}) {
      std::vector models(sites, ModelOf(seed));
      float& number = models[seed % sites][seed];
      number = std::nextafter(number, 10.0f);
      EXPECT_FALSE(AllAgree(MeanOf(models))) << seed << " " << sites;
    }
  }
}

}  // namespace
}  // namespace consilium::federation
