#ifndef CONSILIUM_CLIENT_API_CONSULTATION_MESSAGES_H_
#define CONSILIUM_CLIENT_API_CONSULTATION_MESSAGES_H_

#include "client/api/consultation.h"

namespace consilium::v1 {
class Answer;
class ConsultRequest;
class Description;
class Step;
}  // namespace consilium::v1

namespace consilium::api {

// The protocol's messages from and to a client's plain values.
void Write(const Act& act, v1::ConsultRequest& message);
void WriteAnswer(const Act& act, v1::Answer& message);
StepReply ReplyOf(const v1::Step& message);
Questionnaire QuestionnaireOf(const v1::Description& message);

}  // namespace consilium::api

#endif  // CONSILIUM_CLIENT_API_CONSULTATION_MESSAGES_H_
