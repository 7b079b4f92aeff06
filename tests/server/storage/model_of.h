#ifndef CONSILIUM_TESTS_SERVER_STORAGE_MODEL_OF_H_
#define CONSILIUM_TESTS_SERVER_STORAGE_MODEL_OF_H_

#include <string>

#include "server/training/model.h"

namespace consilium::testing {

// A model with something in every field; its parameters fit no architecture.
inline training::Model ModelOf(const std::string& run, int rounds) {
  training::Model model;
  model.run = run;
  model.generation = 4;
  model.rounds = rounds;
  model.created = Time(Seconds(1'790'000'000));
  model.schema.name = "heart";
  model.schema.version = 2;
  model.schema.groups = {{"basics", "Basics"}};
  data::Feature age;
  age.key = "age";
  age.label = "Age";
  age.question = "How old?";
  age.group = "basics";
  age.code = data::Code{"http://loinc.org", "30525-0"};
  age.unit = "a";
  age.unit_label = "years";
  age.range = {18, 100};
  age.normalisation = data::Scale{54, 9};
  data::Feature sex;
  sex.key = "sex";
  sex.kind = data::FeatureKind::kCategorical;
  sex.label = "Sex";
  sex.categories = {{"0", "female", std::nullopt}, {"1", "male", data::Code{"s", "M"}}};
  model.schema.features = {age, sex};
  data::Outcome disease;
  disease.key = "disease";
  disease.label = "Heart disease";
  disease.question = "Disease?";
  disease.classes = {{"no", "No", std::nullopt}, {"yes", "Yes", std::nullopt}};
  model.schema.outcomes = {disease};
  model.state = 4;
  model.hidden = 5;
  model.parameters = {1, -2.5F, 3e-30F};
  model.statistics = {10, 0.5, 0.25, 0, 0, 0};
  model.calibration.coverage = 0.8;
  model.calibration.outcomes = {
      {{0, 100, {{0.5, -1}}, {-2.1, std::nullopt}}, {7, 90, {{1.5, 0.25}}, {0.1, -0.3}}}};
  model.answer_shares = {{0.25F, 0.75F}, {}};
  return model;
}

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SERVER_STORAGE_MODEL_OF_H_
