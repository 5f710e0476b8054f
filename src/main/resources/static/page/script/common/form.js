// Forms: what is sent is sent by the page, and what is wrong with it is said beside it.

import { html } from "./dom.js";

/**
 * Makes a form.
 *
 * @param {object} options
 * @param {string|Node[]} [options.intro] stands above the fields
 * @param {import("./fields.js").Field[]} options.fields
 * @param {string} options.action the label of the button that sends it
 * @param {boolean} [options.isGrave] whether that cannot be undone
 * @param {function(object): Promise<*>} options.submit takes the values by their fields' names; those of hidden fields are
 *     left out
 * @param {function(*)} [options.done] takes what submit returned
 * @param {function()} [options.cancel]
 * @param {Node} [options.more] stands beside the buttons
 */
export function form({ intro, fields, action, isGrave = false, submit, done = () => {}, cancel, more }) {
  const fault = html("p.form-fault", { role: "alert" });
  const send = html(isGrave ? "button.grave" : "button.primary", { type: "submit" }, action);
  let isSending = false;

  async function sent(event) {
    event.preventDefault();
    if (isSending) {
      return;
    }
    isSending = true;
    send.setAttribute("aria-disabled", "true"); // one that is disabled would lose the focus
    fault.replaceChildren();
    fields.forEach(({ control }) => control.removeAttribute("aria-invalid"));
    try {
      const shown = fields.filter(({ element }) => !element.hidden);
      done(await submit(Object.fromEntries(shown.map(({ name, read }) => [name, read()]))));
    } catch (error) {
      fault.textContent = error.message;
      const wrong = fields.find(({ name }) => name === error.detail?.field);
      wrong?.control.setAttribute("aria-invalid", "true");
      wrong?.control.focus();
    } finally {
      isSending = false;
      send.removeAttribute("aria-disabled");
    }
  }

  return html(
    "form.form",
    { onsubmit: sent, autocomplete: "off" },
    intro ? html("p", {}, intro) : null,
    fields.map(({ element }) => element),
    fault,
    html("p.actions", {}, send, cancel ? html("button", { type: "button", onclick: cancel }, "Cancel") : null, more),
  );
}
