#include "modules/nn/layout.h"

#include "gmock/gmock.h"

namespace consilium::nn {
namespace {

using ::testing::ElementsAre;

Layout TwoModules() {
  ModuleShape state, encoder;
  state.id = {ModuleKind::kState, "", 1};
  state.tensors = {{"s0", 3, 1}};
  encoder.id = {ModuleKind::kEncoder, "age", 1};
  encoder.tensors = {{"w1", 2, 4}, {"b1", 2, 1}};
  return Layout({state, encoder});
}

TEST(LayoutTest, PutsTensorAfterTensorWithoutGaps) {
  const Layout layout = TwoModules();
  EXPECT_EQ(layout.size(), 13u);
  EXPECT_EQ(layout.module_block(1), (Block{3, 10}));
  EXPECT_EQ(layout.tensor_block(1, 1), (Block{11, 2}));
}

TEST(LayoutTest, FindsAModuleByItsId) {
  const Layout layout = TwoModules();
  EXPECT_EQ(layout.Find({ModuleKind::kEncoder, "age", 1}), 1);
  EXPECT_EQ(layout.Find({ModuleKind::kEncoder, "age", 2}), -1);
}

TEST(LayoutTest, SaysItsMatricesAndBlocksFlat) {
  const FlatShape shape = TwoModules().Shape();
  EXPECT_THAT(shape.blocks, ElementsAre(Block{0, 3}, Block{3, 10}));
  EXPECT_THAT(shape.matrices, ElementsAre(MatrixSlice{0, 3, 1, 0}, MatrixSlice{3, 2, 4, 1},
                                          MatrixSlice{11, 2, 1, 1}));
}

TEST(ModuleIdTest, IsNamedAfterKindKeyAndVersion) {
  EXPECT_EQ(Name(ModuleId{ModuleKind::kEncoder, "age", 1}), "encoder age@1");
  EXPECT_EQ(Name(ModuleId{ModuleKind::kState, "", 2}), "state@2");
}

}  // namespace
}  // namespace consilium::nn
