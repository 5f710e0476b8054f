// A whole and its parts: a bar whose parts add up, and under it a table that says the same in figures.

import { html } from "../common/dom.js";
import { bytesElement, percent, share } from "../common/format.js";

/**
 * @param {string} caption what the whole is
 * @param {Array<{kind: string, label: string, bytes: number, note?: (string|Node|Array<string|Node>)}>} parts in the order of the bar; the kind
 *     names colour and pattern, a part of 0 is in the table only
 * @param {{label: string, bytes: number}} [total] what they add up to, where the table says it
 */
export function whole(caption, parts, total = undefined) {
  const sum = parts.reduce((before, part) => before + part.bytes, 0);
  return html(
    "figure.whole",
    {},
    html(
      "div.whole-bar",
      { "aria-hidden": "true" },
      parts
        .filter((part) => part.bytes > 0)
        .map((part) => html(`span.part.part-${part.kind}`, { "--bytes": share(part.bytes, sum) * 100, title: part.label })),
    ),
    html(
      "table.whole-parts",
      {},
      html("caption.visually-hidden", {}, caption),
      html(
        "thead.visually-hidden",
        {},
        html("tr", {}, ["Part", "Size", "Share"].map((title) => html("th", { scope: "col" }, title))),
      ),
      html("tbody", {}, parts.map((part) => row(part, sum))),
      total
        ? html("tfoot", {}, html("tr", {}, html("th", { scope: "row" }, total.label), figure(total.bytes), html("td")))
        : null,
    ),
  );
}

function row(part, sum) {
  return html(
    "tr",
    {},
    html(
      "th",
      { scope: "row" },
      html(
        "div.part-name",
        {},
        html(`span.swatch.part-${part.kind}`, { "aria-hidden": "true" }),
        html("span", {}, part.label, part.note ? html("span.note", {}, part.note) : null),
      ),
    ),
    figure(part.bytes),
    html("td.number.soft", {}, percent(share(part.bytes, sum))),
  );
}

function figure(bytes) {
  return html("td.number", {}, bytesElement(bytes));
}
