// Tags that are chosen, and what deleting them together would free.

import * as address from "../common/address.js";
import { post } from "../common/api.js";
import { html } from "../common/dom.js";
import { bytesElement, counted } from "../common/format.js";

const MOST_CHOSEN = 100; // as many as an address can carry

/**
 * A column with which tags are chosen, and a bar that says what they would free: more than the sum, where they share.
 *
 * @param {string} repository
 * @param {AbortSignal} signal
 * @returns {{bar: Element, column: import("../common/table.js").Column, read: function(object), clear: function(),
 *     offer: function(string, function(string[], number))}} read takes the choice from the address; offer adds a button for
 *     what can be done with the chosen tags, which is told what that would free
 */
export function chosenTags(repository, signal) {
  let chosen = new Set();
  let latest;
  let offered; // what can be done with them
  const bar = html("div.choice", { role: "status", hidden: true });

  function read(state) {
    chosen = new Set((state.chosen ?? "").split(",").filter((tag) => tag !== ""));
    draw();
  }

  function toggle(tag, isChosen) {
    if (isChosen) {
      chosen.add(tag);
    } else {
      chosen.delete(tag);
    }
    address.replace({ ...address.read(), chosen: [...chosen].join(",") });
    draw();
  }

  async function draw() {
    latest?.abort();
    bar.hidden = chosen.size === 0;
    if (chosen.size === 0) {
      return;
    }
    const request = new AbortController();
    latest = request;
    const clear = html("button", { type: "button", onclick: clearAll }, "Clear");
    bar.replaceChildren(html("p", {}, `${counted(chosen.size, "tag")} chosen …`), clear);
    try {
      const body = { tags: [{ repository, names: [...chosen] }] };
      const answer = await post("/api/savings/freed", body, AbortSignal.any([signal, request.signal]));
      bar.replaceChildren(
        html(
          "p",
          {},
          "Deleting ",
          html("b", {}, counted(chosen.size, "tag")),
          " together would free ",
          html("b", {}, bytesElement(answer.freed)),
          `: ${counted(answer.images, "image")}, ${counted(answer.blobs, "blob")}, ${counted(answer.manifests, "manifest")}.`,
        ),
        html(
          "p.actions",
          {},
          clear,
          offered ? html("button.grave", { type: "button", onclick: () => offered.act([...chosen], answer.freed) }, offered.label) : null,
        ),
      );
    } catch (error) {
      if (!signal.aborted && !request.signal.aborted) {
        bar.replaceChildren(html("p.bad", {}, `What they would free could not be loaded. ${error.message}`), clear);
      }
    }
  }

  function clearAll() {
    for (const box of document.querySelectorAll("[data-choose]")) {
      box.checked = false;
    }
    chosen.clear();
    address.replace({ ...address.read(), chosen: undefined });
    draw();
  }

  const column = {
    key: "chosen",
    label: "Choose",
    cell: (tag) =>
      html("input", {
        type: "checkbox",
        "aria-label": `Choose ${tag.name}`,
        "data-choose": tag.name,
        "data-control": `choose-${tag.name}`,
        checked: chosen.has(tag.name),
        onchange: (event) => {
          if (event.target.checked && chosen.size >= MOST_CHOSEN) {
            event.target.checked = false;
          } else {
            toggle(tag.name, event.target.checked);
          }
        },
      }),
  };
  function offer(label, act) {
    offered = { label, act };
    draw();
  }

  return { bar, column, read, clear: clearAll, offer };
}
