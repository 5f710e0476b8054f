// Deletes tags with their images, and offers to take that back.

import { announce } from "../common/announce.js";
import { get, inRepository, post } from "../common/api.js";
import { confirm } from "../common/dialog.js";
import { html } from "../common/dom.js";
import { bytesElement, counted } from "../common/format.js";
import { written } from "../common/plain.js";
import { restoreDeletion, restoreTag } from "./restore.js";
import { at, whenItGoes } from "./times.js";

const NAMED = 10;

/**
 * What somebody may do with a repository, and for how long it can be undone.
 *
 * @returns {Promise<{may: string[], undo_seconds: number, grace_seconds: number}>}
 */
export function rightsIn(repository, signal) {
  return get(inRepository(repository, "rights"), {}, signal);
}

/**
 * Asks before tags or images are deleted, and deletes them.
 *
 * @param {string} repository
 * @param {{tags?: string[], digests?: string[]}} wanted
 * @param {number} freed in bytes
 * @param {object} rights see rightsIn
 * @param {Element} place where what came of it is told
 * @param {function()} changed is called after it was done, and after it was taken back
 */
export async function askToDelete(repository, { tags = [], digests = [] }, freed, rights, place, changed) {
  let answer;
  const names = [...tags, ...digests];
  const what = tags.length > 0 ? counted(tags.length, "tag") : "this image";
  const isDone = await confirm(
    ["Delete ", what, " of ", written(repository), "?"],
    [
      html("span.quoted", {}, names.slice(0, NAMED).map((name) => [written(name), html("br")]), names.length > NAMED ? `and ${names.length - NAMED} more` : ""),
      tags.length > 0 ? "An image goes with its last tag, and takes along what was only there for it. " : "Its tags go with it, and what was only there for it. ",
      "This frees ",
      html("b", {}, bytesElement(freed)),
      `. ${whenItGoes(rights)}`,
    ],
    "Delete",
    async () => {
      answer = await post(inRepository(repository, "deletions"), { tags, digests });
    },
  );
  if (isDone) {
    tell(repository, answer, freed, place, changed);
    changed();
  }
}

function tell(repository, { deleted, refused }, freed, place, changed) {
  const tags = deleted.flatMap((each) => each.tags);
  const what = tags.length > 0 ? counted(tags.length, "tag") : counted(deleted.length, "image");
  const until = deleted.map((each) => each.until).filter((end) => end).sort().at(-1);
  const title = html("h2", { tabindex: "-1" }, deleted.length > 0 ? `${what} deleted` : "Nothing was deleted");
  const fault = html("p.form-fault", { role: "alert" });
  const undo = html("button.primary", { type: "button", onclick: takeBack }, "Undo");
  const close = html("button", { type: "button", onclick: () => place.replaceChildren() }, "Close");

  // Images first: a tag alone would bring its image back without the other tags.
  const left = [
    ...deleted.filter(({ deletion }) => deletion).map(({ deletion }) => () => restoreDeletion(deletion)),
    ...deleted
      .filter(({ deletion }) => !deletion)
      .flatMap(({ tags: gone, digest }) => gone.map((tag) => () => restoreTag(repository, tag, digest))),
  ];

  async function takeBack() {
    undo.setAttribute("aria-disabled", "true");
    fault.replaceChildren();
    try {
      while (left.length > 0) { // whoever tries again goes on where it failed
        await left[0]();
        left.shift();
      }
      place.replaceChildren();
      announce(`${what} restored.`);
      changed();
    } catch (error) {
      fault.textContent = error.message;
    } finally {
      undo.removeAttribute("aria-disabled");
    }
  }

  const isUndoable = deleted.length > 0 && deleted.every((each) => each.until || !each.image);
  place.replaceChildren(
    html(
      "section.notice.notice-new",
      { "aria-label": "What was deleted" },
      title,
      until && refused.length === 0 ? html("p", {}, bytesElement(freed), " go after ", at(until), ". Until then it can be taken back.") : null,
      until && refused.length > 0 ? html("p", {}, "It can be taken back until ", at(until), ".") : null,
      refused.length > 0
        ? html("ul.names", {}, refused.map(({ reference, message }) => html("li.bad", {}, written(reference), `: ${message}`)))
        : null,
      fault,
      html("p.actions", {}, isUndoable ? undo : null, close),
    ),
  );
  title.focus();
  announce(title.textContent);
}
