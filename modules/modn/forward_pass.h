#ifndef CONSILIUM_MODULES_MODN_FORWARD_PASS_H_
#define CONSILIUM_MODULES_MODN_FORWARD_PASS_H_

#include <span>
#include <vector>

#include "modules/modn/examples.h"
#include "modules/modn/packed_network.h"
#include "modules/nn/kernels.h"

namespace consilium::modn {

// Some patients of a batch walked through its questions, and everything the way back needs.
//
// A row is one state of one patient: row 0 is the initial state, everybody's; every answer adds a
// row, question after question in the batch's order, patients ascending within a question. A
// patient who lacks an answer gets no row and goes on from the last one: the state is not touched.
// Where patients have their own orders, those asked the same at the same place of the order are
// computed together.
// Not thread-safe; keeps its memory from run to run.
template <typename Scalar>
class ForwardPass {
 public:
  ForwardPass(const Architecture& architecture, const nn::Kernels<Scalar>& kernels);

  // Rows computed together: the answers to one feature as the t-th question.
  struct Segment {
    int question = 0, feature = 0;
    int first = 0, end = 0;  // rows; at least one
    size_t tape = 0;         // of the feature's
  };

  // Patients begin <= i < end of batch.patients. With `read`, decodes every row as well.
  void Run(const PackedNetwork<Scalar>& network, const BasicExamples<Scalar>& examples,
           const Batch& batch, int begin, int end, bool read);

  int patients() const { return static_cast<int>(current_.size()); }
  int rows() const { return rows_; }
  // Rows of question t: first_row(t) <= row < first_row(t + 1).
  int first_row(int t) const { return first_row_[static_cast<size_t>(t)]; }

  const std::vector<Segment>& segments() const { return segments_; }

  const Scalar* state(int row) const { return &states_[At(row, lengths_.state)]; }
  const Scalar* hidden(int row) const { return &hidden_[At(row, lengths_.hidden)]; }
  const Scalar* value(int row) const { return &values_[static_cast<size_t>(row)]; }

  // Of the d-th deep decoder's hidden layer.
  const Scalar* decoder_hidden(int d, int row) const {
    const auto& rows = decoder_hidden_[static_cast<size_t>(d)];
    return &rows.values[At(row, rows.length)];
  }
  // Of rows of another modality than answers: what the patients gave, and what the encoder keeps.
  const std::span<const Scalar>* payload(int row) const {
    return &payloads_[static_cast<size_t>(row)];
  }
  Tape<Scalar>& tape(const Segment& segment) {
    return tapes_[static_cast<size_t>(segment.feature)][segment.tape];
  }

  // Counted from `begin`. Not for row 0.
  int patient(int row) const { return patient_[static_cast<size_t>(row)]; }
  // The row the patient was in before.
  int previous(int row) const { return previous_[static_cast<size_t>(row)]; }
  // The row a patient ends in.
  int current(int patient) const { return current_[static_cast<size_t>(patient)]; }

  // Copies the states before each row of first <= row < end: [rows, state row].
  void CopyPrevious(int first, int end, Scalar* to) const;

  // Logits of class l of row r: logits()[l * logit_stride() + r]. Columns from rows() up to the
  // next multiple of kRowMultiple are 0. Overwritten by the way back.
  Scalar* logits() { return logits_.data(); }
  const Scalar* logits() const { return logits_.data(); }
  ptrdiff_t logit_stride() const { return logit_stride_; }

  const RowLengths& lengths() const { return lengths_; }

 private:
  static size_t At(int row, int length) {
    return static_cast<size_t>(row) * static_cast<size_t>(length);
  }
  struct Rows {
    int length = 0;
    AlignedVector<Scalar> values;
  };

  void Reserve(const PackedNetwork<Scalar>& network, int patients, int questions);
  void Ask(const PackedNetwork<Scalar>& network, const BasicExamples<Scalar>& examples,
           const Batch& batch, int begin, int t, bool read);
  void AskOne(const PackedNetwork<Scalar>& network, const BasicExamples<Scalar>& examples,
              const Batch& batch, int begin, int t, int feature, std::span<const int> asked,
              bool read);
  void FindAnswers(const BasicExamples<Scalar>& examples, const Batch& batch, int begin,
                   int feature, std::span<const int> asked);
  void EncodeModality(const PackedNetwork<Scalar>& network, const BasicExamples<Scalar>& examples,
                      const Batch& batch, int begin, Segment& segment);
  void Encode(const typename PackedNetwork<Scalar>::Encoder& encoder, int width, int first);
  void StartHidden(const typename PackedNetwork<Scalar>::Encoder& encoder, int width, int first);
  void Decode(const PackedNetwork<Scalar>& network, int first);
  void DecodeDeeply(const PackedNetwork<Scalar>& network, int first);

  const Architecture architecture_;
  const RowLengths lengths_;
  const nn::Kernels<Scalar>& kernels_;

  int rows_ = 0;
  std::vector<int> first_row_, patient_, previous_, current_;
  std::vector<Scalar> values_;
  std::vector<Segment> segments_;
  std::vector<std::span<const Scalar>> payloads_;
  std::vector<std::vector<Tape<Scalar>>> tapes_;  // by feature: for each time it was asked
  std::vector<size_t> tapes_used_;                // by feature
  std::vector<int> all_;                          // 0, 1, ..., patients - 1
  std::vector<int> by_feature_, first_of_feature_;
  std::vector<Rows> decoder_hidden_;  // by deep decoder
  AlignedVector<Scalar> deep_read_;
  AlignedVector<Scalar> states_, hidden_, logits_;
  AlignedVector<Scalar> before_, read_;  // of one question: [rows, state row], [rows, logit row]
  ptrdiff_t logit_stride_ = 0;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_FORWARD_PASS_H_
