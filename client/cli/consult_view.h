#ifndef CONSILIUM_CLIENT_CLI_CONSULT_VIEW_H_
#define CONSILIUM_CLIENT_CLI_CONSULT_VIEW_H_

#include <memory>
#include <ostream>

#include "client/api/consultation.h"

namespace consilium::cli {

// How a consultation is shown, step by step.
class ConsultView {
 public:
  virtual ~ConsultView() = default;

  // Before any answer.
  virtual void Open(const api::StepReply& first) = 0;
  // After each act, taken or not.
  virtual void Show(const api::Act& act, const api::StepReply& reply) = 0;
  // What each answer did, and what is expected of those not given.
  virtual void Explain(const api::StepReply& reply) = 0;
  // At the end: what is missing, what is expected of it, and what to ask next.
  virtual void Close(const api::StepReply& last) = 0;
};

struct TextStyle {
  bool colour = false;
  bool drawn = false;  // bars and arrows, where a person reads
};

// For people. What is borrowed must outlive the view.
std::unique_ptr<ConsultView> NewTextView(const api::Questionnaire& questionnaire, TextStyle style,
                                         std::ostream& out);

// For machines: one JSON value a line.
std::unique_ptr<ConsultView> NewJsonView(const api::Questionnaire& questionnaire,
                                         std::ostream& out);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_CONSULT_VIEW_H_
