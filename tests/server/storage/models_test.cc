#include "server/storage/models.h"

#include "base/bytes.h"
#include "base/random.h"
#include "gtest/gtest.h"
#include "server/storage/model_file.h"
#include "server/storage/schema_bytes.h"
#include "tests/server/data/modalities.h"
#include "tests/server/storage/model_of.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::storage {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::ModelOf;
using testing::StatusIs;
using testing::TemporaryFolder;

void ExpectEqual(const training::Model& a, const training::Model& b) {
  EXPECT_EQ(a.run, b.run);
  EXPECT_EQ(a.generation, b.generation);
  EXPECT_EQ(a.rounds, b.rounds);
  EXPECT_EQ(a.created, b.created);
  EXPECT_EQ(a.schema, b.schema);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.hidden, b.hidden);
  EXPECT_EQ(a.feature_decoder_hidden, b.feature_decoder_hidden);
  EXPECT_EQ(a.parameters, b.parameters);
  EXPECT_EQ(a.statistics, b.statistics);
  EXPECT_EQ(a.calibration, b.calibration);
  EXPECT_EQ(a.answer_shares, b.answer_shares);
}

TEST(ModelFileTest, DecodesWhatItEncoded) {
  const training::Model model = ModelOf("heart", 40);
  const auto decoded = DecodeModel(EncodeModel(model), "model");
  ASSERT_THAT(decoded, IsOk());
  ExpectEqual(*decoded, model);
}

TEST(ModelFileTest, DecodesModalitiesAndNumbersItPredicts) {
  training::Model model = ModelOf("heart", 40);
  model.calibration = {};
  EXPECT_EQ(EncodeModel(model)[0], 1) << "what version 1 can say stays as it was";
  model.schema = data::ModalitiesSchema();
  const std::string bytes = EncodeModel(model);
  EXPECT_EQ(bytes[0], 2);
  const auto decoded = DecodeModel(bytes, "model");
  ASSERT_THAT(decoded, IsOk());
  ExpectEqual(*decoded, model);
}

TEST(ModelFileTest, OnlyWhatNeedsItIsWrittenAsALaterVersion) {
  training::Model model = ModelOf("heart", 40);
  EXPECT_EQ(EncodeModel(model)[0], 3);
  model.calibration = {};
  EXPECT_EQ(EncodeModel(model)[0], 1) << "digests stay what they were";
  model.feature_decoder_hidden = 10;
  model.schema.groups_in_turn = true;
  EXPECT_EQ(EncodeModel(model)[0], 2);
  const auto decoded = DecodeModel(EncodeModel(model), "model");
  ASSERT_THAT(decoded, IsOk());
  ExpectEqual(*decoded, model);
}

// As a hostile writer could make them: with a checksum that fits.
TEST(ModelFileTest, AnyBytesOfASchemaGiveASchemaOrAFailedReader) {
  ByteWriter writer;
  WriteSchema(data::ModalitiesSchema(), writer);
  const std::string good = writer.Take();
  for (uint64_t seed = 1; seed <= 5000; ++seed) {
    Random random = Random::Named(seed, "damaged schema bytes");
    std::string bad = good.substr(0, seed % 3 == 0 ? random.Below(good.size()) : good.size());
    for (uint64_t change = random.Below(4); change > 0 && !bad.empty(); --change) {
      bad[random.Below(bad.size())] = static_cast<char>(random.Below(256));
    }
    ByteReader reader(bad);
    const data::Schema schema = ReadSchema(reader);
    for (const data::Feature& feature : schema.features) {
      const size_t named = feature.components.size();
      EXPECT_TRUE(named == 0 || named == static_cast<size_t>(feature.width)) << "seed " << seed;
      EXPECT_GE(data::ComponentsOf(feature), 1) << "seed " << seed;
    }
  }
}

TEST(ModelFileTest, NoDamagedByteGoesUnnoticed) {
  const std::string good = EncodeModel(ModelOf("heart", 40));
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x01);
    EXPECT_FALSE(DecodeModel(bad, "model").ok()) << "byte " << i;
    EXPECT_FALSE(DecodeModel(good.substr(0, i), "model").ok()) << "cut at " << i;
  }
}

TEST(ModelFileTest, TheDigestLeavesOutWhatIsTheSitesOwn) {
  const training::Model model = ModelOf("heart", 40);
  training::Model elsewhere = model;
  elsewhere.created += Seconds(5);
  elsewhere.answer_shares = {};
  EXPECT_EQ(DigestOf(model), DigestOf(elsewhere));
  elsewhere.parameters[2] = -elsewhere.parameters[2];
  EXPECT_NE(DigestOf(model), DigestOf(elsewhere));
  elsewhere = model;
  elsewhere.calibration.outcomes[0][1].recalibrations[0].bias += 0.1;
  EXPECT_NE(DigestOf(model), DigestOf(elsewhere));
}

TEST(ModelFileTest, EachModuleHasADigestOfItsOwnParameters) {
  std::vector<nn::ModuleShape> modules(2);
  modules[0].tensors = {{"s0", 2, 1}};
  modules[1].id = {nn::ModuleKind::kEncoder, "age", 1};
  modules[1].tensors = {{"w1", 1, 2}};
  const nn::Layout layout(modules);
  const std::vector<float> before = {1, 2, 3, 4};
  const std::vector<float> after = {1, 2, 3, 5};
  EXPECT_EQ(ModuleDigests(layout, before)[0], ModuleDigests(layout, after)[0]);
  EXPECT_NE(ModuleDigests(layout, before)[1], ModuleDigests(layout, after)[1]);
}

TEST(ModelsTest, ReleasesTheNewestAndKeepsTheOthersAcrossReopening) {
  TemporaryFolder folder;
  {
    const auto database = Database::Open(folder.path(), NodeFormat());
    ASSERT_THAT(database, IsOk());
    Models models(**database);
    EXPECT_FALSE(models.Released()->has_value());
    ASSERT_THAT(models.Store(ModelOf("first", 10)), IsOk());
    ASSERT_THAT(models.Store(ModelOf("second", 20)), IsOk());
  }
  const auto database = Database::Open(folder.path(), NodeFormat());
  ASSERT_THAT(database, IsOk());
  Models models(**database);
  const auto released = models.Released();
  ASSERT_THAT(released, IsOk());
  ASSERT_TRUE(released->has_value());
  ExpectEqual((*released)->model, ModelOf("second", 20));
  EXPECT_EQ(models.List()->size(), 2U);
  ExpectEqual(models.Load(DigestOf(ModelOf("first", 10)))->model, ModelOf("first", 10));
}

TEST(ModelsTest, StoringAModelTwiceKeepsOne) {
  TemporaryFolder folder;
  const auto database = Database::Open(folder.path(), NodeFormat());
  ASSERT_THAT(database, IsOk());
  Models models(**database);
  const auto first = models.Store(ModelOf("heart", 40));
  const auto again = models.Store(ModelOf("heart", 40));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(first->number, again->number);
  EXPECT_EQ(models.List()->size(), 1U);
}

TEST(ModelsTest, FallsBackToTheNewestModelThatIsWhole) {
  TemporaryFolder folder;
  const auto database = Database::Open(folder.path(), NodeFormat());
  ASSERT_THAT(database, IsOk());
  Models models(**database);
  ASSERT_THAT(models.Store(ModelOf("first", 10)), IsOk());
  ASSERT_THAT(models.Store(ModelOf("second", 20)), IsOk());
  const auto damage = [&](const std::string& run) {
    MutexLock lock((*database)->mutex());
    return (*database)->Execute("UPDATE models SET body = x'0102' WHERE run = '" + run + "'");
  };
  ASSERT_THAT(damage("second"), IsOk());
  EXPECT_THAT(models.Load(DigestOf(ModelOf("second", 20))), StatusIs(StatusCode::kDataLoss));
  EXPECT_EQ((*models.Released())->model.run, "first");
  ASSERT_THAT(damage("first"), IsOk());
  EXPECT_THAT(models.Released(), StatusIs(StatusCode::kDataLoss, HasSubstr("back-up")));
}

TEST(ModelsTest, SaysThatAModelIsNotThere) {
  TemporaryFolder folder;
  const auto database = Database::Open(folder.path(), NodeFormat());
  ASSERT_THAT(database, IsOk());
  EXPECT_THAT(Models(**database).Load(security::Digest{}), StatusIs(StatusCode::kNotFound));
}

}  // namespace
}  // namespace consilium::storage
