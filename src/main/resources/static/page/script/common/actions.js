// What can be done with a row of a list.

import { html } from "./dom.js";
import { visible } from "./plain.js";

/**
 * A button in a row, which says to whoever only hears it which row it is.
 *
 * @param {string} label a verb
 * @param {string} of the row's name
 * @param {function()} act
 */
export function rowButton(label, of, act) {
  return html(
    "button.small",
    { type: "button", "data-control": `${label} ${of}`, onclick: act },
    label,
    html("span.visually-hidden", {}, ` ${visible(of)}`),
  );
}

/** A column of them. */
export function actionsColumn(make) {
  return { key: "actions", label: "Actions", cell: (row) => html("div.row-actions", {}, make(row)) };
}
