#include "client/api/consultation.h"

#include <algorithm>

namespace consilium::api {
namespace {

template <typename Item>
const Item* FindKey(const std::vector<Item>& items, const std::string& key) {
  const auto found = std::ranges::find(items, key, &Item::key);
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const Question* Questionnaire::Find(const std::string& key) const {
  return FindKey(questions, key);
}

const AskedOutcome* Questionnaire::FindOutcome(const std::string& key) const {
  return FindKey(outcomes, key);
}

}  // namespace consilium::api
