// A table of rows that the server sorts, searches and pages. How it stands is part of the address.

import { html } from "./dom.js";

/**
 * @typedef {object} Column
 * @property {string} key
 * @property {string} label
 * @property {string} [sort] the server's name for its order, where it can be sorted
 * @property {boolean} [numeric]
 * @property {boolean} [names] whether it names the row; where none does, the first
 * @property {string} [hint] what the figure is, in one sentence
 * @property {function(object): (Node|string)} cell
 */

/**
 * The table itself.
 *
 * @param {string} caption
 * @param {Column[]} columns
 * @param {object[]} rows
 * @param {{by: string, descending: boolean, choose: function(string, boolean)}} [order]
 */
export function table(caption, columns, rows, order = undefined) {
  const naming = columns.find((column) => column.names) ?? columns[0];
  return html(
    "div.table-frame",
    { tabindex: "0", role: "region", "aria-label": caption },
    html(
      "table.rows",
      {},
      html("caption.visually-hidden", {}, caption),
      html("thead", {}, html("tr", {}, columns.map((column) => heading(column, order)))),
      html("tbody", {}, rows.map((row) => html("tr", {}, columns.map((column) => cell(column, row, column === naming))))),
    ),
  );
}

function heading(column, order) {
  const attributes = { scope: "col", class: column.numeric ? "number" : null, title: column.hint };
  if (!column.sort || !order) {
    return html("th", attributes, column.label);
  }
  const isChosen = order.by === column.sort;
  const direction = order.descending ? "descending" : "ascending";
  // A figure is asked for from the largest, a name from the first.
  const next = isChosen ? !order.descending : Boolean(column.numeric);
  return html(
    "th",
    { ...attributes, "aria-sort": isChosen ? direction : null },
    html(
      "button.sort",
      { type: "button", "data-control": `sort-${column.sort}`, onclick: () => order.choose(column.sort, next) },
      column.label,
      html("span.sort-mark", { "aria-hidden": "true" }, isChosen ? (order.descending ? "▼" : "▲") : "↕"),
    ),
  );
}

function cell(column, row, names) {
  const content = column.cell(row);
  const attributes = { class: column.numeric ? "number" : null, "data-label": column.label };
  return names ? html("th", { ...attributes, scope: "row" }, content) : html("td", attributes, content);
}

/**
 * The controls of a table's pages.
 *
 * @param {string} shown such as "51–100"
 * @param {function|undefined} back to the first page; undefined where this is it
 * @param {function|undefined} next
 */
export function pager(shown, back, next) {
  const button = (name, label, turn) =>
    html("button", { type: "button", "data-control": name, disabled: !turn, onclick: turn ?? (() => {}) }, label);
  return html(
    "nav.pager",
    { "aria-label": "Pages" },
    html("p", { role: "status" }, shown),
    back || next ? [button("first", "First page", back), button("next", "Next page", next)] : null,
  );
}

const TYPING_PAUSE_MS = 200;

/** A field that searches while one types. */
export function searchField(label, value, search) {
  let timer;
  const input = html("input", { type: "search", value, placeholder: label, "aria-label": label, maxlength: "255",
    autocomplete: "off", spellcheck: "false" });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => search(input.value.trim()), TYPING_PAUSE_MS);
  });
  return html("search", {}, input);
}
