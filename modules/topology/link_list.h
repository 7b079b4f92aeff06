#ifndef CONSILIUM_MODULES_TOPOLOGY_LINK_LIST_H_
#define CONSILIUM_MODULES_TOPOLOGY_LINK_LIST_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "modules/topology/graph.h"

namespace consilium::topology {

// Who can hold a link with whom, as a CSV: docs/formats/links.md.
struct LinkList {
  std::vector<std::string> sites;  // in the order of their first mention
  Graph graph;
  // Of graph.Edges(), in that order; empty if the file has no such column.
  std::vector<double> delays_ms;
  std::vector<double> mbit_s;
};

// A byte order mark is skipped. Refuses, naming the line: no header, columns that are missing or
// unknown, sites without a name, a link of a site to itself or given twice, and numbers that are
// not positive.
StatusOr<LinkList> ParseLinks(std::string_view csv, std::string_view source);

// Refuses links that leave a site unreached, naming it.
Status CheckConnected(const LinkList& links);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_LINK_LIST_H_
