// Figures beside each other, each under its name.

import { html } from "./dom.js";

/** A list of figures; what is null is left out. */
export function figures(...entries) {
  return html("dl.figures", {}, ...entries);
}

/** @param {string} [note] what is to be known about it */
export function figure(label, value, note = undefined) {
  return html("div", {}, html("dt", {}, label), html("dd", {}, value), note ? html("dd.figure-note", {}, note) : null);
}
