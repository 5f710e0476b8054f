// What is asked in front of the page. The browser keeps the focus in it, closes it with Escape, and gives the focus back.

import { html } from "./dom.js";
import { form } from "./form.js";

let numbers = 0;

/**
 * Opens a dialog.
 *
 * @param {string|Node[]} title
 * @param {function(function(*)): (Node|Node[])} draw makes what is in it; what it is given closes the dialog with an outcome
 * @returns {Promise<*>} the outcome; undefined where somebody closed it without any
 */
export function dialog(title, draw) {
  return new Promise((resolve) => {
    let outcome;
    const opener = document.activeElement;
    const control = opener?.closest("[data-control]")?.dataset.control;
    const id = `dialog-${++numbers}`;
    const close = (value) => {
      outcome = value;
      element.close();
    };
    const element = html(
      "dialog.dialog",
      {
        "aria-labelledby": id,
        onclose: () => {
          element.remove();
          // What opened it may have been drawn anew meanwhile: then the browser has nothing to give the focus back to.
          if (control && !opener.isConnected && document.activeElement === document.body) {
            document.querySelector(`[data-control="${CSS.escape(control)}"]`)?.focus();
          }
          resolve(outcome);
        },
      },
      html("h2", { id }, title),
      draw(close),
    );
    document.body.append(element);
    element.showModal();
    (element.querySelector("input, select, textarea") ?? element.querySelector("button:not(.grave)"))?.focus();
  });
}

/**
 * Opens a dialog with a form. It stays open until what is wished is done.
 *
 * @param {string|Node[]} title
 * @param {object} options see form
 * @returns {Promise<*>} what submit returned; undefined where somebody thought better of it
 */
export function formDialog(title, options) {
  return dialog(title, (close) => form({ ...options, done: close, cancel: () => close(undefined) }));
}

/**
 * Asks before something is done that cannot be undone.
 *
 * @param {string|Node[]} title the question
 * @param {string|Node[]} text what follows from it
 * @param {string} action the button's label: a verb
 * @param {function(): Promise} act
 * @returns {Promise<boolean>} whether it was done
 */
export async function confirm(title, text, action, act) {
  const done = await formDialog(title, {
    intro: text,
    fields: [],
    action,
    isGrave: true,
    submit: async () => {
      await act();
      return true;
    },
  });
  return done === true;
}
