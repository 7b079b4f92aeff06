#include "lab/page/page.h"

#include "fmt/format.h"
#include "lab/page/escape.h"
#include "lab/page/style.h"

namespace consilium::page {
namespace {

constexpr size_t kSectionsWithContents = 4;  // from so many headings on a page lists them

std::string_view ClassOf(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kGood:
      return "good";
    case Tone::kBad:
      return "bad";
    case Tone::kQuiet:
      return "quiet";
  }
  return "";
}

std::string CellHtml(const Cell& cell, bool header, bool number) {
  std::string classes = number ? "n" : "";
  if (const std::string_view tone = ClassOf(cell.tone); !tone.empty()) {
    classes += classes.empty() ? "" : " ";
    classes += tone;
  }
  std::string text = Escaped(cell.text);
  for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) {
    text.replace(at, 1, "<br>");
  }
  const std::string attribute = classes.empty() ? "" : fmt::format(" class=\"{}\"", classes);
  return header ? fmt::format("<th scope=\"row\"{}>{}</th>", attribute, text)
                : fmt::format("<td{}>{}</td>", attribute, text);
}

struct BlockWriter {
  std::string& html;

  void operator()(const Paragraph& paragraph) const {
    html += fmt::format("<p>{}</p>\n", Escaped(paragraph.text));
  }

  void operator()(const List& list) const {
    html += "<ul>\n";
    for (const std::string& item : list.items) html += fmt::format("<li>{}</li>\n", Escaped(item));
    html += "</ul>\n";
  }

  void operator()(const Table& table) const {
    html += "<div class=\"scroll\"><table>\n";
    if (!table.caption.empty()) {
      html += fmt::format("<caption>{}</caption>\n", Escaped(table.caption));
    }
    html += "<thead><tr>";
    for (const Column& column : table.columns) {
      html += fmt::format("<th scope=\"col\"{}>{}</th>", column.number ? " class=\"n\"" : "",
                          Escaped(column.name));
    }
    html += "</tr></thead>\n<tbody>\n";
    for (const std::vector<Cell>& row : table.rows) {
      html += "<tr>";
      for (size_t c = 0; c < row.size(); ++c) {
        html += CellHtml(row[c], c == 0, c < table.columns.size() && table.columns[c].number);
      }
      html += "</tr>\n";
    }
    html += "</tbody></table></div>\n";
  }

  void operator()(const Figure& figure) const {
    html += "<figure>\n";
    if (!figure.caption.empty()) {
      html += fmt::format("<figcaption>{}</figcaption>\n", Escaped(figure.caption));
    }
    html += figure.svg.text + "</figure>\n";
  }

  void operator()(const KeyFigures& keys) const {
    html += "<div class=\"keys\">\n";
    for (const KeyFigure& key : keys.figures) {
      html += fmt::format(
          "<div class=\"key\"><span>{}</span><b class=\"{}\">{}</b><span>{}</span></div>\n",
          Escaped(key.label), ClassOf(key.tone), Escaped(key.value), Escaped(key.detail));
    }
    html += "</div>\n";
  }

  void operator()(const Listing& listing) const {
    html +=
        fmt::format("<details{}><summary>{}</summary><pre>{}</pre></details>\n",
                    listing.open ? " open" : "", Escaped(listing.summary), Escaped(listing.text));
  }
};

std::string Contents(const Page& page) {
  std::string links;
  size_t headings = 0;
  for (size_t s = 0; s < page.sections.size(); ++s) {
    if (page.sections[s].heading.empty()) continue;
    ++headings;
    links +=
        fmt::format("<a href=\"#section-{}\">{}</a>\n", s + 1, Escaped(page.sections[s].heading));
  }
  if (headings < kSectionsWithContents) return "";
  return fmt::format("<nav aria-label=\"Contents\">\n{}</nav>\n", links);
}

void WriteSection(const Section& section, size_t number, std::string& html) {
  html += fmt::format("<section id=\"section-{}\">\n", number);
  if (!section.heading.empty()) html += fmt::format("<h2>{}</h2>\n", Escaped(section.heading));
  for (const Block& block : section.blocks) std::visit(BlockWriter{html}, block);
  html += "</section>\n";
}

}  // namespace

std::string ToHtml(const Page& page) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n";
  html +=
      fmt::format("<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n",
                  Escaped(page.title), kStyle, Escaped(page.title));
  if (!page.subtitle.empty()) {
    html += fmt::format("<p class=\"sub\">{}</p>\n", Escaped(page.subtitle));
  }
  const bool summary_first = !page.sections.empty() && page.sections.front().heading.empty();
  if (!summary_first) html += Contents(page);
  for (size_t s = 0; s < page.sections.size(); ++s) {
    WriteSection(page.sections[s], s + 1, html);
    if (s == 0 && summary_first) html += Contents(page);
  }
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace consilium::page
