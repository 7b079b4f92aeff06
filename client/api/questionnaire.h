#ifndef CONSILIUM_CLIENT_API_QUESTIONNAIRE_H_
#define CONSILIUM_CLIENT_API_QUESTIONNAIRE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What a node can be asked, as a client sees it: see proto/consultation.proto for what it means.
namespace consilium::api {

struct Choice {
  std::string value;
  std::string label;
};

// A feature of the node's schema.
struct Question {
  std::string key;
  std::string text;
  std::string group;
  std::string unit;        // continuous only; UCUM, "1" where there is none
  std::string unit_label;  // continuous only; what people read
  double minimum = 0;      // continuous only
  double maximum = 0;
  std::vector<Choice> choices;  // categorical only: not empty

  // What is more than one number or category.
  enum class Form { kOne, kVector, kSeries, kImage };
  Form form = Form::kOne;
  int width = 1;                        // numbers of a vector, pixels of a row
  int height = 0;                       // image only
  std::vector<std::string> components;  // of a vector or series; may have no names

  bool categorical() const { return !choices.empty(); }
};

struct AskedOutcome {
  std::string key;
  std::string label;
  std::vector<std::string> classes;
};

struct ServingModel {
  std::string run;
  std::string digest;  // hexadecimal
  uint64_t generation = 0;
  int rounds = 0;
  std::string created;  // RFC 3339, UTC
};

// What a node can be asked.
struct Questionnaire {
  std::string site;
  std::string schema;
  uint32_t schema_version = 0;
  std::vector<Question> questions;  // in asking order
  std::vector<AskedOutcome> outcomes;
  std::optional<ServingModel> model;  // absent while none is released

  // Null if there is none.
  const Question* Find(const std::string& key) const;
  const AskedOutcome* FindOutcome(const std::string& key) const;
};

}  // namespace consilium::api

#endif  // CONSILIUM_CLIENT_API_QUESTIONNAIRE_H_
