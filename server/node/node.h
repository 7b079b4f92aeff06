#ifndef CONSILIUM_SERVER_NODE_NODE_H_
#define CONSILIUM_SERVER_NODE_NODE_H_

#include <memory>

#include "base/clock.h"
#include "base/status.h"
#include "server/node/participation.h"
#include "server/ops/config.h"

namespace consilium::node {

// A hospital's daemon: attached to the coordinator, training on its own patients, and serving its
// clinicians from the model last released here, coordinator or not.
class Node {
 public:
  // Checks everything a node needs to start, says what the cohort holds, opens the state folder and
  // the port for consultations. Nothing is sent before Start.
  static StatusOr<std::unique_ptr<Node>> Open(const ops::NodeConfig& config, const Clock& clock,
                                              MakeLearner make_learner = MakeMoDnLearner());
  virtual ~Node() = default;

  virtual void Start() = 0;

  // Lets go of everything within a second, training included. Also done on destruction.
  virtual void Stop() = 0;

  // The learner of the product: MoDN on the site's cohort.
  static MakeLearner MakeMoDnLearner();
};

// Configuration, certificates, schema and data, without starting anything.
Status CheckNode(const ops::NodeConfig& config);

}  // namespace consilium::node

#endif  // CONSILIUM_SERVER_NODE_NODE_H_
