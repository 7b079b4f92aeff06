#include <algorithm>

#include "modules/modn/encoders/kinds.h"
#include "modules/modn/encoders/layers.h"
#include "modules/modn/encoders/tensors.h"
#include "modules/nn/cell.h"

namespace consilium::modn {
namespace {

template <typename Scalar>
const nn::Cell<Scalar>& CellOf(EncoderKind kind) {
  switch (kind) {
    case EncoderKind::kElman:
      return nn::ElmanCell<Scalar>();
    case EncoderKind::kLstm:
      return nn::LstmCell<Scalar>();
    default:
      return nn::GruCell<Scalar>();
  }
}

// h after the last vector of a series, from h = 0 (and c = 0) before the first, then the join.
//
// Series are taken longest first, so that those still running at any time are the first rows; all
// times of all series stand time after time in one matrix.
template <typename Scalar>
class RecurrentEncoder final : public ModalityEncoder<Scalar> {
 public:
  RecurrentEncoder(const Architecture& architecture, const FeatureShape& feature,
                   const EncoderShape& shape, const nn::Kernels<Scalar>& kernels)
      : width_(feature.width),
        state_(architecture.state),
        state_first_(shape.state_first),
        row_(nn::PaddedRow(shape.hidden.back())),
        cell_(CellOf<Scalar>(shape.kind)),
        kernels_(kernels),
        input_(width_ + (state_first_ ? state_ : 0), shape.hidden.back(), cell_.blocks, kernels),
        hidden_(shape.hidden.back(), shape.hidden.back(), cell_.blocks, kernels),
        join_(shape.hidden.back(), state_, !state_first_, kernels) {}

  void Load(std::span<const Scalar> parameters) override {
    join_.Load(hidden_.Load(input_.Load(parameters)));
  }

  void Forward(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape, Scalar* after) const override {
    SortByLength(rows, tape);
    const Rooms rooms(*this, rows, tape);
    FillInputs(rows, tape, rooms);
    input_.Forward(rooms.steps, rooms.inputs, rooms.gates);
    std::fill_n(rooms.h, Numbers(rows.rows, row_), Scalar{0});
    std::fill_n(rooms.c, Numbers(rows.rows, row_), Scalar{0});
    ForEveryTime(rows, tape, [&](int first, int running) {
      const nn::CellStep<Scalar> step = StepAt(rooms, first, running);
      std::copy_n(rooms.h, Numbers(running, row_), rooms.h_before + Numbers(first, row_));
      std::copy_n(rooms.c, Numbers(running, row_), rooms.c_before + Numbers(first, row_));
      hidden_.Forward(running, step.h_before, rooms.from_hidden);
      cell_.forward(kernels_, step);
    });
    Reorder(rows, tape, rooms.h, rooms.last);
    join_.Forward(rows, tape, rooms.last, row_, after);
  }

  void Backward(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape, const Scalar* after_gradient,
                std::span<Scalar> gradient, Scalar* states_gradient) const override {
    const Rooms rooms(*this, rows, tape);
    join_.Backward(rows, tape, after_gradient, gradient, rooms.last, row_, states_gradient);
    for (int i = 0; i < rows.rows; ++i) {
      std::copy_n(rooms.last + Numbers(tape.order[static_cast<size_t>(i)], row_), row_,
                  rooms.h + Numbers(i, row_));
    }
    std::fill_n(rooms.c, Numbers(rows.rows, row_), Scalar{0});
    // Later times first; a series that ends here has its dL/dh waiting in its row.
    int end = rooms.steps;
    for (int time = Length(rows, tape, 0); time-- > 0;) {
      const int running = Running(rows, tape, time);
      end -= running;
      StepBack(rooms, end, running);
    }
    const int blocks_row = cell_.blocks * row_;
    Scalar* inputs_gradient = state_first_ ? rooms.inputs_gradient : nullptr;
    if (state_first_) {
      std::fill_n(inputs_gradient, Numbers(rooms.steps, InputRow()), Scalar{0});
    }
    input_.Backward(rooms.steps, rooms.inputs, rooms.gates_gradient, blocks_row, tape, gradient,
                    inputs_gradient);
    hidden_.Backward(rooms.steps, rooms.h_before, rooms.from_hidden_gradient, blocks_row, tape,
                     gradient.subspan(input_.size()), nullptr);
    if (state_first_) AddStatesGradient(rows, tape, rooms, states_gradient);
  }

 private:
  // All of a call's memory; `steps` rows for all times of all series.
  struct Rooms {
    Rooms(const RecurrentEncoder& e, const EncoderRows<Scalar>& rows, Tape<Scalar>& tape) {
      for (int i = 0; i < rows.rows; ++i) steps += e.Length(rows, tape, i);
      const int blocks = e.cell_.blocks * e.row_;
      size_t slot = TapeSlot::kFirstOwn;
      const auto room = [&](int count, int row) { return tape.Room(slot++, Numbers(count, row)); };
      inputs = room(steps, e.InputRow());
      gates = room(steps, blocks);
      h_before = room(steps, e.row_);
      c_before = room(steps, e.row_);
      kept = room(steps, e.row_);
      gates_gradient = room(steps, blocks);
      from_hidden_gradient = room(steps, blocks);
      from_hidden = room(rows.rows, blocks);
      h = room(rows.rows, e.row_);
      c = room(rows.rows, e.row_);
      last = room(rows.rows, e.row_);
      before_gradient = room(rows.rows, e.row_);
      inputs_gradient = room(e.state_first_ ? steps : 0, e.InputRow());
    }
    int steps = 0;
    Scalar *inputs, *gates, *h_before, *c_before, *kept, *gates_gradient, *from_hidden_gradient;
    Scalar *from_hidden, *h, *c, *last, *before_gradient, *inputs_gradient;
  };

  int InputRow() const { return input_.linear().input_row(); }

  // Of the i-th longest series.
  int Length(const EncoderRows<Scalar>& rows, const Tape<Scalar>& tape, int i) const {
    const auto row = static_cast<size_t>(tape.order[static_cast<size_t>(i)]);
    return static_cast<int>(rows.payloads[row].size()) / width_;
  }

  // How many series have a vector at this time.
  int Running(const EncoderRows<Scalar>& rows, const Tape<Scalar>& tape, int time) const {
    int running = 0;
    while (running < rows.rows && Length(rows, tape, running) > time) ++running;
    return running;
  }

  void SortByLength(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape) const {
    tape.order.resize(static_cast<size_t>(rows.rows));
    for (int i = 0; i < rows.rows; ++i) tape.order[static_cast<size_t>(i)] = i;
    std::stable_sort(tape.order.begin(), tape.order.end(), [&](int a, int b) {
      return rows.payloads[a].size() > rows.payloads[b].size();
    });
  }

  // Calls visit(first row of the time, series running) from the first time to the last.
  template <typename Visit>
  void ForEveryTime(const EncoderRows<Scalar>& rows, const Tape<Scalar>& tape,
                    const Visit& visit) const {
    int first = 0;
    for (int time = 0; time < Length(rows, tape, 0); ++time) {
      const int running = Running(rows, tape, time);
      visit(first, running);
      first += running;
    }
  }

  void FillInputs(const EncoderRows<Scalar>& rows, const Tape<Scalar>& tape,
                  const Rooms& rooms) const {
    int time = 0;
    ForEveryTime(rows, tape, [&](int first, int running) {
      for (int i = 0; i < running; ++i) {
        const int row = tape.order[static_cast<size_t>(i)];
        Scalar* to = rooms.inputs + Numbers(first + i, InputRow());
        std::copy_n(rows.payloads[row].data() + Numbers(time, width_), width_, to);
        if (!state_first_) continue;
        std::copy_n(rows.states + Numbers(row, rows.state_row), state_, to + width_);
      }
      ++time;
    });
  }

  nn::CellStep<Scalar> StepAt(const Rooms& rooms, int first, int running) const {
    const size_t at = Numbers(first, row_);
    return {running,
            row_,
            rooms.gates + static_cast<size_t>(cell_.blocks) * at,
            rooms.from_hidden,
            rooms.h_before + at,
            rooms.c_before + at,
            rooms.h,
            rooms.c,
            rooms.kept + at};
  }

  void StepBack(const Rooms& rooms, int first, int running) const {
    const size_t blocks_at = Numbers(first, cell_.blocks * row_);
    Scalar* from_hidden = rooms.from_hidden_gradient + blocks_at;
    cell_.backward(
        StepAt(rooms, first, running),
        {rooms.h, rooms.c, rooms.gates_gradient + blocks_at, from_hidden, rooms.before_gradient});
    hidden_.linear().AddInputGradient(kernels_, running, from_hidden, cell_.blocks * row_,
                                      rooms.before_gradient);
    std::copy_n(rooms.before_gradient, Numbers(running, row_), rooms.h);
  }

  // From the order of length to that of the rows.
  void Reorder(const EncoderRows<Scalar>& rows, const Tape<Scalar>& tape, const Scalar* from,
               Scalar* to) const {
    for (int i = 0; i < rows.rows; ++i) {
      std::copy_n(from + Numbers(i, row_), row_,
                  to + Numbers(tape.order[static_cast<size_t>(i)], row_));
    }
  }

  void AddStatesGradient(const EncoderRows<Scalar>& rows, const Tape<Scalar>& tape,
                         const Rooms& rooms, Scalar* states_gradient) const {
    ForEveryTime(rows, tape, [&](int first, int running) {
      for (int i = 0; i < running; ++i) {
        const Scalar* from = rooms.inputs_gradient + Numbers(first + i, InputRow()) + width_;
        Scalar* to = states_gradient + Numbers(tape.order[static_cast<size_t>(i)], rows.state_row);
        for (int j = 0; j < state_; ++j) to[j] += from[j];
      }
    });
  }

  int width_, state_;
  bool state_first_;
  int row_;
  const nn::Cell<Scalar>& cell_;
  const nn::Kernels<Scalar>& kernels_;
  Layer<Scalar> input_, hidden_;
  Join<Scalar> join_;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<ModalityEncoder<Scalar>> NewRecurrentEncoder(const Architecture& architecture,
                                                             const FeatureShape& feature,
                                                             const nn::Kernels<Scalar>& kernels) {
  return std::make_unique<RecurrentEncoder<Scalar>>(
      architecture, feature, Resolved(feature, architecture.hidden), kernels);
}

template std::unique_ptr<ModalityEncoder<float>> NewRecurrentEncoder(const Architecture&,
                                                                     const FeatureShape&,
                                                                     const nn::Kernels<float>&);
template std::unique_ptr<ModalityEncoder<double>> NewRecurrentEncoder(const Architecture&,
                                                                      const FeatureShape&,
                                                                      const nn::Kernels<double>&);

}  // namespace consilium::modn
