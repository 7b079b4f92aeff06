#ifndef CONSILIUM_LAB_PAGE_PAGE_H_
#define CONSILIUM_LAB_PAGE_PAGE_H_

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "lab/page/chart.h"

// One HTML page in one file: no script, nothing fetched from elsewhere, light or dark as the reader
// prefers, fit for print. Every text is escaped. In a namespace of its own, since its words (table,
// series, column) mean other things elsewhere.
namespace consilium::page {

struct Paragraph {
  std::string text = {};
};

struct List {
  std::vector<std::string> items = {};
};

enum class Tone { kPlain, kGood, kBad, kQuiet };

// A newline in its text is one.
struct Cell {
  Cell(std::string cell_text, Tone cell_tone = Tone::kPlain)  // NOLINT: a cell is mostly its text
      : text(std::move(cell_text)), tone(cell_tone) {}
  Cell(const char* cell_text) : text(cell_text) {}  // NOLINT

  std::string text = {};
  Tone tone = Tone::kPlain;
};

struct Column {
  std::string name = {};
  bool number = false;  // stands right
};

// The first cell of a row is its header.
struct Table {
  std::string caption = {};
  std::vector<Column> columns = {};
  std::vector<std::vector<Cell>> rows = {};
};

struct Figure {
  Svg svg;
  std::string caption = {};
};

// A few numbers in large type.
struct KeyFigure {
  std::string label = {};
  std::string value = {};
  std::string detail = {};
  Tone tone = Tone::kPlain;
};
struct KeyFigures {
  std::vector<KeyFigure> figures = {};
};

// Text as it is, such as a plan, behind a line to click on.
struct Listing {
  std::string summary = {};
  std::string text = {};
  bool open = false;  // from the start
};

using Block = std::variant<Paragraph, List, Table, Figure, KeyFigures, Listing>;

struct Section {
  std::string heading = {};
  std::vector<Block> blocks = {};
};

struct Page {
  std::string title = {};
  std::string subtitle = {};
  std::vector<Section> sections = {};  // a first section without heading is the summary
};

std::string ToHtml(const Page& page);

}  // namespace consilium::page

#endif  // CONSILIUM_LAB_PAGE_PAGE_H_
