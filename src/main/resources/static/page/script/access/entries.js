// Entries of the policy: grants, rules of immutable tags, quotas. Where they are in a file, they are only shown.

import { announce } from "../common/announce.js";
import { below, getPage, post, remove } from "../common/api.js";
import { confirm, formDialog } from "../common/dialog.js";
import { html } from "../common/dom.js";
import { momentElement } from "../common/format.js";
import { listing } from "../common/listing.js";
import { visible, written } from "../common/plain.js";
import { empty } from "../common/states.js";
import { actionsColumn, rowButton } from "../common/actions.js";
import { heading } from "./sections.js";

/**
 * @typedef {object} Kind of entries
 * @property {string} view
 * @property {string} title
 * @property {string} one what one is called
 * @property {string} many what several are called
 * @property {string} hint
 * @property {string} nothing what it means that there is none
 * @property {import("../common/table.js").Column[]} columns of what is in the database; the first names the row
 * @property {import("../common/table.js").Column[]} [more] columns of entries wherever they are
 * @property {function(object): string} describe an entry in one line
 * @property {function(): {fields: import("../common/fields.js").Field[], entry: function(object): object}} form for a new one,
 *     and what is sent of its values
 */

/**
 * The view of one kind.
 *
 * @param {Kind} kind
 */
export function showEntries(kind, main, state, signal) {
  const path = `/api/access/${kind.view}`;
  const notice = html("div.stack");
  const add = html("button.primary", { type: "button", hidden: true, "data-control": "add", onclick: addOne }, `Add ${kind.one}`);
  let isReadOnly = false;

  const list = listing(
    {
      caption: kind.title,
      what: kind.many,
      columns: (rows) => (rows.isReadOnly ? fileColumns(kind) : [...databaseColumns(kind), actions]),
      beside: [add],
      ask: async (parameters, wanted) => {
        const { answer, next } = await getPage(path, parameters, "after", wanted);
        isReadOnly = answer.read_only;
        add.hidden = isReadOnly;
        notice.replaceChildren(...notices(answer));
        return { rows: Object.assign(answer[kind.view], { isReadOnly }), next };
      },
      nothing: () => empty(`There are no ${kind.many}`, html("p", {}, kind.nothing)),
    },
    state,
    signal,
  );

  const actions = actionsColumn((entry) => [rowButton("Delete", kind.describe(entry), () => deleteOne(entry))]);

  async function addOne() {
    const { fields, entry } = kind.form();
    const added = await formDialog(`Add ${kind.one}`, { fields, action: "Add", submit: (values) => post(path, entry(values)) });
    if (added) {
      announce(`Added: ${visible(kind.describe(added))}`);
      await list.reload();
    }
  }

  async function deleteOne(entry) {
    const isDone = await confirm(
      `Delete this ${kind.one.replace(/^an? /, "")}?`,
      [html("span.quoted", {}, written(kind.describe(entry)))],
      "Delete",
      () => remove(below(path, entry.id)),
    );
    if (isDone) {
      announce(`Deleted: ${visible(kind.describe(entry))}`);
      await list.reload();
    }
  }

  main.append(heading(kind.view, kind.title, kind.hint), notice, html("div.card", {}, list.element));
  return list.update;
}

function databaseColumns(kind) {
  return [
    ...kind.columns,
    ...(kind.more ?? []),
    { key: "created_at", label: "Added", cell: (entry) => [momentElement(entry.created_at), html("span.note", {}, "by ", written(entry.created_by))] },
  ];
}

function fileColumns(kind) {
  return [
    { key: "text", label: "Rule", cell: (entry) => written(entry.text) },
    { key: "name", label: "Where", cell: (entry) => entry.name },
    ...(kind.more ?? []),
  ];
}

function notices({ read_only: isReadOnly, faults }) {
  return [
    faults.length > 0
      ? html(
          "div.notice.notice-failed",
          { role: "alert" },
          html("h2", {}, "The policy file is broken"),
          html("p", {}, "What was in force before stays in force. This is wrong:"),
          html("ul.names", {}, faults.map((fault) => html("li", {}, written(fault)))),
        )
      : null,
    isReadOnly
      ? html("div.notice", {}, html("p", {}, "The policy is in the file that ", html("code", {}, "strata.access.policy"), " names. Change it there."))
      : null,
  ].filter((notice) => notice !== null);
}

/** Where a list has one element, it need not be written as one. */
export function several(value) {
  return value === undefined || value === null ? [] : [value].flat();
}
