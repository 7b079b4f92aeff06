#ifndef CONSILIUM_SERVER_OPS_SIGNALS_H_
#define CONSILIUM_SERVER_OPS_SIGNALS_H_

namespace consilium::ops {

// SIGTERM and SIGINT wait to be fetched instead of ending the process, and a broken pipe is an
// error of the write. Call first in main: threads inherit it.
void HoldStopSignals();

// Waits for SIGTERM or SIGINT, and returns which.
int WaitForStopSignal();

}  // namespace consilium::ops

#endif  // CONSILIUM_SERVER_OPS_SIGNALS_H_
