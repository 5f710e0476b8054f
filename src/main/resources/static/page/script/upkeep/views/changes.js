// The tags of a repository that were moved or deleted of late.

import * as address from "../../common/address.js";
import { getPage, inRepository } from "../../common/api.js";
import { html } from "../../common/dom.js";
import { digestElement, momentElement } from "../../common/format.js";
import { listing } from "../../common/listing.js";
import { written } from "../../common/plain.js";
import { empty } from "../../common/states.js";
import { imageLink, repositoryLink } from "../../savings/names.js";
import { at, by } from "../times.js";

export function title(state) {
  return `Changed tags of ${state.name ?? ""}`;
}

export function show(main, state, signal) {
  const repository = state.name ?? "";
  const list = listing(
    {
      caption: `Changed tags of ${repository}`,
      what: "tags",
      columns: columns(repository),
      ask: async (parameters, wanted) => {
        const { answer, next } = await getPage(inRepository(repository, "history"), parameters, "after", wanted);
        return { rows: answer.tags, next };
      },
      nothing: () => empty("No tag was moved or deleted of late", html("p", {}, "What happened to tags is kept for as long as it can be taken back.")),
    },
    state,
    signal,
  );
  main.append(
    html(
      "div.heading",
      {},
      html(
        "nav",
        { "aria-label": "Breadcrumb" },
        html("ol.crumbs", {}, html("li", {}, address.link({ view: "repositories" }, "Repositories")), html("li", {}, repositoryLink(repository))),
      ),
      html("h1", {}, title(state)),
      html("p.hint", {}, "Tags that were moved or deleted, and can be restored. A tag leads to where it pointed."),
    ),
    html("div.card", {}, list.element),
  );
  return list.update;
}

function columns(repository) {
  return [
    { key: "name", label: "Tag", cell: ({ name }) => address.link({ view: "tag", name: repository, tag: name }, written(name)) },
    { key: "how", label: "What happened", cell: ({ last }) => [last.how, " ", momentElement(last.ended_at), html("span.note", {}, by(last.ended_by))] },
    { key: "before", label: "Pointed at", cell: ({ last }) => digestElement(last.digest) },
    { key: "now", label: "Points at", cell: ({ now }) => (now ? imageLink(repository, now.digest, digestElement(now.digest)) : "nothing") },
    { key: "until", label: "Can be taken back until", cell: ({ last }) => at(last.until) },
  ];
}
