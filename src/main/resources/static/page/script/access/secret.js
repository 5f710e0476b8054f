// A secret that was made just now. The server keeps only its hash, so this is the one time that it is shown.

import { announce } from "../common/announce.js";
import { html } from "../common/dom.js";
import { visible, written } from "../common/plain.js";

/**
 * Shows a robot's secret, with the focus on it.
 *
 * @param {Element} place is empty again when somebody has it
 * @param {string} name of the robot
 * @param {string} secret
 * @param {function()} done
 */
export function showSecret(place, name, secret, done) {
  const field = html("input.secret", { id: "secret", type: "text", readonly: true, autocomplete: "off", spellcheck: "false", onfocus: () => field.select() });
  field.value = secret;
  const told = html("span", { role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      told.textContent = "Copied.";
    } catch {
      field.focus(); // there is no clipboard on plain HTTP: then one copies what is selected
      told.textContent = "Press Ctrl+C, or ⌘C, to copy it.";
    }
  };
  const close = () => {
    place.replaceChildren();
    announce(`The secret of ${visible(name)} is not shown any more.`);
    done();
  };
  const title = html("h2", { tabindex: "-1" }, "The secret of ", written(name));
  place.replaceChildren(
    html(
      "section.notice.notice-new",
      { "aria-label": "Secret" },
      title,
      html("p", {}, "Copy it now. It is not shown again."),
      html("div.field", {}, html("label", { for: "secret" }, "Secret"), field),
      html(
        "p.actions",
        {},
        html("button.primary", { type: "button", onclick: copy }, "Copy"),
        html("button", { type: "button", onclick: close }, "I have it"),
        told,
      ),
      html("p.hint", {}, "It is the password of the robot, with any name:"),
      html("pre", { tabindex: "0", "aria-label": "Command that logs docker in" }, html("code", {}, `docker login -u ${name} ${window.location.host}`)),
    ),
  );
  title.focus();
}
