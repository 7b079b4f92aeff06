#ifndef CONSILIUM_SERVER_CONSULTATION_WIRE_MESSAGES_H_
#define CONSILIUM_SERVER_CONSULTATION_WIRE_MESSAGES_H_

#include "server/consultation/release.h"
#include "server/consultation/step.h"
#include "server/data/schema.h"

namespace consilium::v1 {
class Answer;
class ConsultRequest;
class ModelSummary;
class Refusal;
class Schema;
class Step;
}  // namespace consilium::v1

namespace consilium::consultation {

// The protocol's messages from and to plain values. What a message already holds is overwritten,
// reusing its memory.

// Begin and an empty request give no action.
ConsultationAction ActionOf(const v1::ConsultRequest& request);
GivenAnswer AnswerOf(const v1::Answer& answer);

void Write(const StepRefusal& refusal, v1::Refusal& message);
void Write(const Step& step, const Release& release, v1::Step& message);
void Write(const data::Schema& schema, v1::Schema& message);
void Write(const Release& release, v1::ModelSummary& message);

}  // namespace consilium::consultation

#endif  // CONSILIUM_SERVER_CONSULTATION_WIRE_MESSAGES_H_
