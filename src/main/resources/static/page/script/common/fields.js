// Fields of forms: each with a label, and a hint where one may not know what to write.

import { html } from "./dom.js";

/**
 * @typedef {object} Field
 * @property {string} name as the server calls it
 * @property {Element} element
 * @property {Element} control what gets the focus, and is marked where it is wrong
 * @property {function(): *} read its value
 */

let numbers = 0;

function labelled(label, hint, make) {
  const id = `field-${++numbers}`;
  const attributes = { id, "aria-describedby": hint ? `${id}-hint` : null };
  const control = make(attributes);
  const element = html(
    "div.field",
    {},
    html("label", { for: id }, label),
    control,
    hint ? html("p.hint", { id: `${id}-hint` }, hint) : null,
  );
  return { element, control };
}

/**
 * A line of text.
 *
 * @param {object} [options]
 * @param {string} [options.hint]
 * @param {object} [options.attributes] of the input
 * @returns {Field}
 */
export function text(name, label, { hint, value = "", ...attributes } = {}) {
  const { element, control } = labelled(label, hint, (own) =>
    html("input", { type: "text", name, autocomplete: "off", autocapitalize: "none", spellcheck: "false", ...attributes, ...own }));
  control.value = value;
  return { name, element, control, read: () => (attributes.type === "password" ? control.value : control.value.trim()) };
}

/** Several values, each on a line of its own. */
export function lines(name, label, { hint, values = [], ...attributes } = {}) {
  const { element, control } = labelled(label, hint, (own) =>
    html("textarea", { name, rows: 3, autocapitalize: "none", spellcheck: "false", ...attributes, ...own }));
  control.value = values.join("\n");
  const read = () => control.value.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return { name, element, control, read };
}

/**
 * One of several.
 *
 * @param {[string, string][]} choices each with its value and how it is called
 */
export function choice(name, label, choices, { hint, value, ...attributes } = {}) {
  const { element, control } = labelled(label, hint, (own) =>
    html("select", { name, ...attributes, ...own }, choices.map(([key, title]) => html("option", { value: key }, title))));
  if (value !== undefined) {
    control.value = value;
  }
  return { name, element, control, read: () => control.value };
}

/** Something that is so or is not. */
export function check(name, label, { hint, value = false } = {}) {
  const id = `field-${++numbers}`;
  const control = html("input", { type: "checkbox", name, id, "aria-describedby": hint ? `${id}-hint` : null });
  control.checked = value;
  const element = html(
    "div.field",
    {},
    html("label.check", { for: id }, control, label),
    hint ? html("p.hint", { id: `${id}-hint` }, hint) : null,
  );
  return { name, element, control, read: () => control.checked };
}

/**
 * Any of several.
 *
 * @param {[string, string][]} choices each with its value and how it is called
 */
export function checks(name, label, choices, { values = [] } = {}) {
  const boxes = choices.map(([value, title]) => {
    const box = html("input", { type: "checkbox", name, value });
    box.checked = values.includes(value);
    return { box, element: html("label.check", {}, box, title) };
  });
  const element = html("fieldset.field", {}, html("legend", {}, label), html("div.checks", {}, boxes.map((each) => each.element)));
  const read = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  return { name, element, control: boxes[0].box, read };
}

/**
 * A time, as people at their clocks write it, and as the server reads it.
 *
 * @param {string} [options.value] as the server writes it
 */
export function time(name, label, { hint, value } = {}) {
  const { element, control } = labelled(label, hint, (own) => html("input", { type: "datetime-local", name, ...own }));
  control.value = value ? atHome(value) : "";
  return { name, element, control, read: () => (control.value === "" ? undefined : new Date(control.value).toISOString()) };
}

/** What the browser takes: without a time zone, which is the user's. */
function atHome(instant) {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? "" : new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Fields that are there only sometimes. */
export function showWhen(isShown, ...fields) {
  for (const { element } of fields) {
    element.hidden = !isShown;
  }
}
