// What is damaged at the moment.

import { getPage } from "../../common/api.js";
import { html } from "../../common/dom.js";
import { bytesElement, digestElement, momentElement } from "../../common/format.js";
import { listing } from "../../common/listing.js";
import { written } from "../../common/plain.js";
import { empty } from "../../common/states.js";
import { listed, brokenRepositoryLink } from "../../savings/names.js";
import { heading } from "../sections.js";

const KINDS = {
  broken: "has other bytes than its digest says; they are set aside in broken/",
  missing: "has no bytes on the disk",
  unreadable: "the disk does not give its bytes back",
};

/** Of one thing, as the server names them. */
const MOST_REPOSITORIES = 10;

const COLUMNS = [
  { key: "digest", label: "What", cell: ({ what, digest }) => [`${what} `, digestElement(digest), html("span.note", {}, html("code", {}, written(digest)))] },
  { key: "kind", label: "What is wrong", cell: ({ kind }) => KINDS[kind] ?? kind },
  { key: "size", label: "Size", numeric: true, cell: ({ size }) => bytesElement(size) },
  { key: "found", label: "Found", cell: ({ found }) => momentElement(found) },
  { key: "repositories", label: "In", cell: repositories },
];

export function title() {
  return "Damage";
}

export function show(main, state, signal) {
  const list = listing(
    {
      caption: "Damage",
      what: "damaged manifests and blobs",
      columns: COLUMNS,
      ask: async ({ after, ...parameters }, wanted) => {
        const { answer, next } = await getPage("/api/upkeep/damage", { ...parameters, last: after }, "last", wanted);
        return { rows: answer.damage, next };
      },
      nothing: () => empty("Nothing is known to be damaged", html("p", {}, "All content is read again now and then, and compared with its digest.")),
    },
    state,
    signal,
  );
  main.append(
    heading("damage", "Damage", "What cannot be served as it is. Push it again, and it is whole and leaves this list."),
    html("div.card", {}, list.element),
  );
  return list.update;
}

function repositories({ repositories: names }) {
  return names.length === 0 ? "–" : [listed(names.map(brokenRepositoryLink)), names.length >= MOST_REPOSITORIES ? " and perhaps others" : ""];
}
