// One repository: its figures, its tags, and what deleting some of them together would free.

import * as address from "../address.js";
import { get, post } from "../api.js";
import { html } from "../dom.js";
import { bytesElement, count, countElement, counted, digestElement, momentElement } from "../format.js";
import { listing } from "../listing.js";
import { imageLink } from "../names.js";
import { empty } from "../states.js";
import { SIZES } from "./repositories.js";

const MOST_CHOSEN = 100; // as many as an address can carry

export function title(state) {
  return state.name ?? "Repository";
}

export function show(main, state, signal) {
  const name = state.name ?? "";
  const figures = html("div");
  const choice = choosing(name, signal);
  const list = listing(
    {
      caption: `Tags of ${name}`,
      what: "tags",
      columns: [choice.column, ...columns(name)],
      first: { sort: "name", order: "asc" },
      ask: async (parameters, wanted) => {
        const path = `/api/savings/repositories/${encodePath(name)}/tags`;
        const { repository, tags, next } = await get(path, parameters, wanted);
        figures.replaceChildren(summary(repository));
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
    ),
    figures,
    html("div.card", {}, list.element, choice.bar),
  );
  choice.read(state);
  return (changed) => {
    choice.read(changed);
    list.update(changed);
  };
}

/** Segments are encoded, slashes stay. */
function encodePath(name) {
  return name.split("/").map(encodeURIComponent).join("/");
}

function summary(repository) {
  const figure = (label, value) => html("div", {}, html("dt", {}, label), html("dd", {}, value));
  return html(
    "dl.figures.card",
    {},
    figure("Images", countElement(repository.images)),
    figure("Tags", countElement(repository.tags)),
    figure("As if unshared", bytesElement(repository.as_if_unshared)),
    SIZES.map(({ key, label }) => figure(label, bytesElement(repository[key]))),
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
    { key: "updated_at", label: "Pushed", cell: (tag) => momentElement(tag.updated_at) },
    ...SIZES,
  ];
}

function kind(tag) {
  if (tag.kind === "image") {
    return `image, ${counted(tag.layers, "layer")}`;
  }
  return tag.kind === "index" ? `index of ${counted(tag.images, "image")}` : tag.kind;
}

/** Tags can be chosen, and the bar says what deleting them together would free: more than the sum, where they share. */
function choosing(repository, signal) {
  let chosen = new Set();
  let latest;
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
        clear,
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
  return { bar, column, read };
}
