// One repository: its figures, its tags, and what deleting some of them together would free.

import * as address from "../../common/address.js";
import { get, ofRepository } from "../../common/api.js";
import { chosenTags } from "../chosen-tags.js";
import { html } from "../../common/dom.js";
import { figure, figures } from "../../common/figures.js";
import { bytesElement, count, countElement, counted, digestElement, momentElement } from "../../common/format.js";
import { listing } from "../../common/listing.js";
import { imageLink } from "../names.js";
import { empty } from "../../common/states.js";
import { askToDelete, rightsIn } from "../../upkeep/deleting.js";
import { SIZES } from "./repositories.js";

export function title(state) {
  return state.name ?? "Repository";
}

export function show(main, state, signal) {
  const name = state.name ?? "";
  const overall = html("div");
  const told = html("div.stack");
  const choice = chosenTags(name, signal);
  const list = listing(
    {
      caption: `Tags of ${name}`,
      what: "tags",
      columns: [choice.column, ...columns(name)],
      first: { sort: "name", order: "asc" },
      ask: async (parameters, wanted) => {
        const { repository, tags, next } = await get(ofRepository(name, "tags"), parameters, wanted);
        overall.replaceChildren(summary(repository));
        return { rows: tags, next };
      },
      nothing: () => empty("This repository has no tags", html("p", {}, "Its images have digests only, or it has none.")),
    },
    state,
    signal,
  );
  main.append(
    html(
      "div.heading",
      {},
      html("nav", { "aria-label": "Breadcrumb" }, html("ol.crumbs", {}, html("li", {}, address.link({ view: "repositories" }, "Repositories")))),
      html("h1", {}, name),
      html("p.hint", {}, address.link({ view: "changes", name }, "Tags that were moved or deleted")),
    ),
    told,
    overall,
    html("div.card", {}, list.element, choice.bar),
  );
  choice.read(state);
  offerDeletion();

  /** Whoever may not delete is not offered to. */
  async function offerDeletion() {
    try {
      const rights = await rightsIn(name, signal);
      if (rights.may.includes("delete")) {
        choice.offer("Delete", (tags, freed) =>
          askToDelete(name, { tags }, freed, rights, told, () => {
            choice.clear();
            list.reload();
          }));
      }
    } catch {
      // The list says what is wrong.
    }
  }

  return (changed) => {
    choice.read(changed);
    list.update(changed);
  };
}

function summary(repository) {
  return html(
    "div.card",
    {},
    figures(
      figure("Images", countElement(repository.images)),
      figure("Tags", countElement(repository.tags)),
      figure("As if unshared", bytesElement(repository.as_if_unshared)),
      SIZES.map(({ key, label }) => figure(label, bytesElement(repository[key]))),
    ),
  );
}

function columns(repository) {
  return [
    {
      key: "name",
      label: "Tag",
      names: true,
      sort: "name",
      cell: (tag) => [
        imageLink(repository, tag.name, tag.name),
        html("span.note", {}, digestElement(tag.digest), tag.tags > 1 ? `, one of ${count(tag.tags)} tags of this image` : null),
      ],
    },
    { key: "kind", label: "Kind", cell: kind },
    {
      key: "updated_at",
      label: "Pushed",
      cell: (tag) => [
        momentElement(tag.updated_at),
        html("span.note", {}, address.link({ view: "tag", name: repository, tag: tag.name }, "history", html("span.visually-hidden", {}, ` of ${tag.name}`))),
      ],
    },
    ...SIZES,
  ];
}

function kind(tag) {
  if (tag.kind === "image") {
    return `image, ${counted(tag.layers, "layer")}`;
  }
  return tag.kind === "index" ? `index of ${counted(tag.images, "image")}` : tag.kind;
}
