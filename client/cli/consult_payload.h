#ifndef CONSILIUM_CLIENT_CLI_CONSULT_PAYLOAD_H_
#define CONSILIUM_CLIENT_CLI_CONSULT_PAYLOAD_H_

#include <string>

#include "base/status.h"
#include "client/api/consultation.h"

// Vectors, series and images as a clinician types and reads them.
namespace consilium::cli {

// What can be typed: "3 numbers (sodium, lactate, ph)".
std::string Typeable(const api::Question& question);

// Turns the value of `act`, as typed, into rows or an image: numbers with spaces or commas between
// them, the vectors of a series with semicolons between them, of an image the name of a file. Fails
// if it is none of this; the numbers themselves are for the node to check. Acts for other questions
// stay as they are.
Status ReadTyped(const api::Question& question, api::Act& act);

// How much was given, never what: "12 measurements", "image". Empty if the act has a value.
std::string SummaryOf(const api::Question* question, const api::Act& act);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_CONSULT_PAYLOAD_H_
