// What was deleted and can be taken back, the last deletion first.

import { actionsColumn, rowButton } from "../../common/actions.js";
import { getPage } from "../../common/api.js";
import { html } from "../../common/dom.js";
import { bytesElement, count, digestElement, momentElement } from "../../common/format.js";
import { listing } from "../../common/listing.js";
import { written } from "../../common/plain.js";
import { empty } from "../../common/states.js";
import { brokenRepositoryLink } from "../../savings/names.js";
import { askToRestoreDeletion } from "../restore.js";
import { heading } from "../sections.js";
import { at, by } from "../times.js";

/** Of one deletion, as the server looks at them. */
const MOST_ITEMS = 100;
const MOST_TAGS = 10;

const COLUMNS = [
  { key: "what", label: "Deleted", names: true, cell: what },
  { key: "repository", label: "From", cell: ({ repository }) => brokenRepositoryLink(repository) },
  { key: "deleted_at", label: "When", cell: (deletion) => [momentElement(deletion.deleted_at), html("span.note", {}, by(deletion.deleted_by))] },
  { key: "bytes", label: "Needed by nothing else", numeric: true, cell: held },
  { key: "until", label: "Can be taken back until", cell: ({ until }) => at(until) },
];

export function title() {
  return "Deleted";
}

export function show(main, state, signal) {
  const actions = actionsColumn((deletion) =>
    deletion.may_restore ? [rowButton("Restore", `${deletion.tags[0] ?? deletion.digest} of ${deletion.repository}`, () => restore(deletion))] : [],
  );
  const list = listing(
    {
      caption: "Deletions",
      what: "deletions",
      columns: (rows) => (rows.some((deletion) => deletion.may_restore) ? [...COLUMNS, actions] : COLUMNS),
      ask: async ({ after, ...parameters }, wanted) => {
        const { answer, next } = await getPage("/api/upkeep/deletions", { ...parameters, before: after }, "before", wanted);
        return { rows: answer.deletions, next };
      },
      nothing: () => empty("Nothing that was deleted can be taken back", html("p", {}, "What you delete is here until it goes.")),
    },
    state,
    signal,
  );

  async function restore(deletion) {
    if (await askToRestoreDeletion(deletion)) {
      await list.reload();
    }
  }

  main.append(
    heading("deletions", "Deleted", "What can be taken back, the last deletion first. What was deleted together comes back together."),
    html("div.card", {}, list.element),
  );
  return list.update;
}

function what({ kind, digest, tags, items }) {
  const named = tags.slice(0, MOST_TAGS);
  const name = named.length > 0 ? named.map((tag, index) => [index > 0 ? ", " : "", written(tag)]) : digestElement(digest);
  const others = items - 1;
  return [
    name,
    tags.length > MOST_TAGS ? ", …" : "",
    html(
      "span.note",
      {},
      kind === "blob" ? "a blob" : "an image",
      named.length > 0 ? [" ", digestElement(digest)] : "",
      others > 0 ? ` and ${items > MOST_ITEMS ? `more than ${count(MOST_ITEMS - 1)}` : count(others)} that went along` : "",
    ),
  ];
}

function held({ bytes, items }) {
  return items > MOST_ITEMS ? ["at least ", bytesElement(bytes)] : bytesElement(bytes);
}
