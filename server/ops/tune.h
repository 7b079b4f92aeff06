#ifndef CONSILIUM_SERVER_OPS_TUNE_H_
#define CONSILIUM_SERVER_OPS_TUNE_H_

namespace consilium::ops {

// Settings of libraries that cost a daemon a third of its CPU time at their defaults: memory goes
// back to the system in large pieces only, and Abseil, as Debian builds it, does not look for
// deadlocks at every lock of gRPC's. Call first in main.
void TuneProcess();

// For a daemon whose threads compute little and hand much memory to one another: all of them take
// it from one heap, so that what one gives back the others use. Call before there are threads.
void UseOneHeap();

}  // namespace consilium::ops

#endif  // CONSILIUM_SERVER_OPS_TUNE_H_
