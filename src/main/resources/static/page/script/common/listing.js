// A list that the server sorts, searches or filters, and pages. How it stands is in the address.

import * as address from "./address.js";
import { html } from "./dom.js";
import { count } from "./format.js";
import { empty, failed, loading } from "./states.js";
import { pager, searchField, table } from "./table.js";

/**
 * @param {object} options
 * @param {string} options.caption of the table
 * @param {string} options.what the rows are, in the plural
 * @param {import("./table.js").Column[]|function(object[]): import("./table.js").Column[]} options.columns
 * @param {{sort: string, order: string}} [options.first] how the list stands where the address says nothing; absent where it
 *     has one order only, and no search
 * @param {{element: Element, show: function(object), names: string[]}} [options.filter] shows a state's filter, and names the
 *     parameters of the address in which it is
 * @param {Node[]} [options.beside] more for the list as a whole
 * @param {function(object, AbortSignal): Promise<{rows: object[], next?: string}>} options.ask
 * @param {function(): Node} [options.nothing] shown where there are no rows and nothing is searched
 * @param {object} state of the address
 * @param {AbortSignal} signal
 * @returns {{element: Element, update: function(object), reload: function(): Promise}}
 */
export function listing(options, state, signal) {
  let current = state;
  let latest; // the newest request: answers to older ones are dropped
  const body = html("div", { tabindex: "-1" });
  const field = options.first && searchField(`Search ${options.what}`, state.q ?? "", (q) => {
    if (q !== (current.q ?? "")) {
      const searched = { ...current, q, after: undefined, row: undefined };
      address.replace(searched);
      update(searched);
    }
  });
  const element = html("div", {}, html("div.toolbar", {}, field, options.filter?.element, options.beside), body);

  async function update(changed) {
    current = changed;
    latest?.abort();
    const request = new AbortController();
    latest = request;
    const input = field?.querySelector("input");
    if (input && document.activeElement !== input) {
      input.value = current.q ?? "";
    }
    options.filter?.show(current);
    body.setAttribute("aria-busy", "true");
    if (body.childElementCount === 0) {
      body.append(loading(options.what, 8));
    }
    try {
      const answer = await options.ask(parameters(), AbortSignal.any([signal, request.signal]));
      redraw(() => draw(answer));
    } catch (error) {
      if (!signal.aborted && !request.signal.aborted) {
        redraw(() => [failed(error, () => update(current))]);
      }
    }
  }

  function parameters() {
    const { after, n } = current;
    if (!options.first) {
      return { ...Object.fromEntries((options.filter?.names ?? []).map((name) => [name, current[name]])), after, n };
    }
    const { sort = options.first.sort, order, q } = current;
    return { sort, order: order ?? (sort === options.first.sort ? options.first.order : undefined), q, after, n };
  }

  /** Whoever used a control of the table goes on from there, and whoever turned the page from its top. */
  function redraw(make) {
    const active = document.activeElement;
    const held = body.contains(active) && active.closest("[data-control]")?.dataset.control;
    body.replaceChildren(...make());
    body.removeAttribute("aria-busy");
    if (held === "next" || held === "first") {
      body.querySelector(".table-frame")?.focus({ preventScroll: true });
      element.scrollIntoView({ block: "start" });
    } else if (held) {
      // What was used may be gone with its row.
      const again = body.querySelector(`[data-control="${CSS.escape(held)}"]`) ?? body.querySelector(".table-frame") ?? body;
      again.focus({ preventScroll: true });
    }
  }

  function draw({ rows, next }) {
    const before = Number(current.row ?? 0) || 0;
    const onward = next && (() => address.go({ ...current, after: next, row: before + rows.length }));
    if (rows.length === 0 && !current.after && !next) {
      return [isSearched() || !options.nothing ? nothingFound() : options.nothing()];
    }
    const { sort, order } = parameters();
    const isName = sort === "name";
    const descending = order ? order === "desc" : !isName;
    const choose = (by, down) =>
      address.go({ ...current, sort: by, order: down ? "desc" : "asc", after: undefined, row: undefined });
    return [
      rows.length > 0
        ? table(options.caption, typeof options.columns === "function" ? options.columns(rows) : options.columns, rows, options.first && { by: sort, descending, choose })
        : searchedSoFar(),
      pager(
        rows.length > 0 ? `${count(before + 1)}–${count(before + rows.length)}${next ? "" : `, the last ${options.what}`}` : "",
        current.after && (() => address.go({ ...current, after: undefined, row: undefined })),
        onward,
      ),
    ];
  }

  function isSearched() {
    return Boolean(current.q) || (options.filter?.names ?? []).some((name) => current[name]);
  }

  function nothingFound() {
    if (isSearched() && !current.q) {
      return empty(`No ${options.what} are like that`);
    }
    return current.q
      ? empty(`No ${options.what} have “${current.q}” in their name`, html("p", {}, "The search looks for this text anywhere in a name."))
      : empty(`There are no ${options.what}`);
  }

  function searchedSoFar() {
    return html("p.hint", {}, `None of the ${options.what} looked at so far match. The search goes on with the next page.`);
  }

  update(state);
  return { element, update, reload: () => update(current) };
}
