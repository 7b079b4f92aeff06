#include "modules/topology/link_list.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "fmt/ranges.h"
#include "modules/topology/distances.h"

namespace consilium::topology {
namespace {

constexpr size_t kMostSites = 100000;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
enum : size_t { kFrom, kTo, kDelay, kRate, kColumns };
constexpr std::string_view kNames[kColumns] = {"from", "to", "delay_ms", "mbit_s"};

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\"");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\"") + 1 - first);
}

std::vector<std::string_view> Cells(std::string_view line) {
  std::vector<std::string_view> cells;
  for (size_t at = 0; at <= line.size();) {
    const size_t end = std::min(line.find(',', at), line.size());
    cells.push_back(Trimmed(line.substr(at, end - at)));
    at = end + 1;
  }
  return cells;
}

// Where each column of kNames stands; -1: nowhere.
StatusOr<std::vector<int>> ReadHeader(std::string_view line, std::string_view source) {
  std::vector<int> columns(kColumns, -1);
  const std::vector<std::string_view> cells = Cells(line);
  for (size_t c = 0; c < cells.size(); ++c) {
    const auto* const known = std::find(std::begin(kNames), std::end(kNames), cells[c]);
    if (known == std::end(kNames)) {
      return InvalidArgument("{}:1: unknown column '{}': expected {}", source, cells[c],
                             fmt::join(kNames, ", "));
    }
    columns[static_cast<size_t>(known - std::begin(kNames))] = static_cast<int>(c);
  }
  if (columns[kFrom] < 0 || columns[kTo] < 0) {
    return InvalidArgument("{}:1: expected a header with the columns from,to", source);
  }
  return columns;
}

StatusOr<double> Positive(std::string_view text, std::string_view where, std::string_view column) {
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || !(value > 0) ||
      !std::isfinite(value)) {
    return InvalidArgument("{}: {} is '{}': expected a positive number", where, column, text);
  }
  return value;
}

class Reader {
 public:
  Reader(std::string_view source, std::vector<int> columns)
      : source_(source), columns_(std::move(columns)) {}

  Status ReadLine(std::string_view line, int number) {
    const std::string where = fmt::format("{}:{}", source_, number);
    const std::vector<std::string_view> cells = Cells(line);
    const auto cell = [&](size_t column) {
      const int at = columns_[column];
      return at < 0 || static_cast<size_t>(at) >= cells.size() ? std::string_view()
                                                               : cells[static_cast<size_t>(at)];
    };
    Numbers numbers;
    for (const size_t end : {kFrom, kTo}) {
      if (cell(end).empty()) return InvalidArgument("{}: no site under '{}'", where, kNames[end]);
    }
    if (columns_[kDelay] >= 0) {
      ASSIGN_OR_RETURN(numbers.delay, Positive(cell(kDelay), where, kNames[kDelay]));
    }
    if (columns_[kRate] >= 0) {
      ASSIGN_OR_RETURN(numbers.rate, Positive(cell(kRate), where, kNames[kRate]));
    }
    const int a = NumberOf(cell(kFrom)), b = NumberOf(cell(kTo));
    if (a == b)
      return InvalidArgument("{}: a link of {} to itself: leave it out", where, cell(kTo));
    if (!links_.emplace(Edge(std::min(a, b), std::max(a, b)), numbers).second) {
      return InvalidArgument("{}: the link {} - {} is given twice", where, cell(kFrom), cell(kTo));
    }
    return OkStatus();
  }

  StatusOr<LinkList> Finish() && {
    if (links_.empty()) return InvalidArgument("{}: no links: one a line is expected", source_);
    if (sites_.size() > kMostSites) {
      return InvalidArgument("{}: {} sites, expected at most {}", source_, sites_.size(),
                             kMostSites);
    }
    LinkList list;
    std::vector<Edge> edges;
    for (const auto& [edge, numbers] : links_) {
      edges.push_back(edge);
      if (columns_[kDelay] >= 0) list.delays_ms.push_back(numbers.delay);
      if (columns_[kRate] >= 0) list.mbit_s.push_back(numbers.rate);
    }
    ASSIGN_OR_RETURN(list.graph, Graph::Create(static_cast<int>(sites_.size()), edges));
    list.sites = std::move(sites_);
    return list;
  }

 private:
  struct Numbers {
    double delay = 0, rate = 0;
  };

  int NumberOf(std::string_view site) {
    const auto [found, fresh] = numbers_.emplace(site, static_cast<int>(sites_.size()));
    if (fresh) sites_.emplace_back(site);
    return found->second;
  }

  std::string source_;
  std::vector<int> columns_;
  std::vector<std::string> sites_;
  std::map<std::string, int, std::less<>> numbers_;
  std::map<Edge, Numbers> links_;  // in the order of Graph::Edges
};

}  // namespace

Status CheckConnected(const LinkList& links) {
  const std::vector<std::vector<int>> parts = PartsOf(links.graph);
  if (parts.size() < 2) return OkStatus();
  return InvalidArgument(
      "the links do not connect all {} sites but leave {} parts: no way from {} to {}; add a link "
      "between their parts",
      links.sites.size(), parts.size(), links.sites[static_cast<size_t>(parts[0][0])],
      links.sites[static_cast<size_t>(parts[1][0])]);
}

StatusOr<LinkList> ParseLinks(std::string_view csv, std::string_view source) {
  if (csv.starts_with(kByteOrderMark)) csv.remove_prefix(kByteOrderMark.size());
  std::vector<std::string_view> lines;
  for (size_t at = 0; at < csv.size();) {
    const size_t end = std::min(csv.find('\n', at), csv.size());
    lines.push_back(csv.substr(at, end - at));
    at = end + 1;
  }
  if (lines.empty()) return InvalidArgument("{}: empty: expected a header from,to", source);
  ASSIGN_OR_RETURN(std::vector<int> columns, ReadHeader(lines[0], source));
  Reader reader(source, std::move(columns));
  for (size_t i = 1; i < lines.size(); ++i) {
    if (Trimmed(lines[i]).empty()) continue;
    RETURN_IF_ERROR(reader.ReadLine(lines[i], static_cast<int>(i) + 1));
  }
  return std::move(reader).Finish();
}

}  // namespace consilium::topology
