// All repositories, in a table.

import { get } from "../../common/api.js";
import { html } from "../../common/dom.js";
import { bytesElement, countElement } from "../../common/format.js";
import { listing } from "../../common/listing.js";
import { repositoryLink } from "../names.js";
import { firstPush } from "../../common/states.js";

/** The figures that repositories and tags have in common. */
export const SIZES = [
  sized("full", "Full", "the sizes of all parts, each once"),
  sized("unique", "Unique", "the parts that nothing else has"),
  sized("shared", "Shared", "the parts that something else has too"),
  sized("freed", "Freed if deleted", "what a deletion would give back, exactly"),
];

const COLUMNS = [
  { key: "name", label: "Repository", sort: "name", cell: (repository) => repositoryLink(repository.name) },
  { key: "images", label: "Images", sort: "images", numeric: true, cell: (repository) => countElement(repository.images) },
  { key: "tags", label: "Tags", sort: "tags", numeric: true, cell: (repository) => countElement(repository.tags) },
  sized("as_if_unshared", "As if unshared", "each image stored on its own"),
  ...SIZES,
];

function sized(key, label, hint) {
  return { key, label, hint, sort: key, numeric: true, cell: (row) => bytesElement(row[key]) };
}

export function title() {
  return "Repositories";
}

export function show(main, state, signal) {
  const list = listing(
    {
      caption: "Repositories",
      what: "repositories",
      columns: COLUMNS,
      first: { sort: "freed", order: "desc" },
      ask: async (parameters, wanted) => {
        const { repositories, next } = await get("/api/savings/repositories", parameters, wanted);
        return { rows: repositories, next };
      },
      nothing: firstPush,
    },
    state,
    signal,
  );
  main.append(
    html(
      "div.heading",
      {},
      html("h1", {}, "Repositories"),
      html("p.hint", {}, "Full is what a repository would take alone. Unique is what no other repository has, and so what deleting it frees."),
    ),
    html("div.card", {}, list.element),
  );
  return list.update;
}
