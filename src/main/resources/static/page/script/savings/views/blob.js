// One blob: who shares it, and what that saves.

import { get } from "../../common/api.js";
import { html } from "../../common/dom.js";
import { figure, figures } from "../../common/figures.js";
import { bytesElement, count, countElement, shortDigest } from "../../common/format.js";
import { repositoryLink } from "../names.js";
import { card, load } from "../../common/states.js";

export function title(state) {
  return `Layer ${shortDigest(state.digest ?? "")}`;
}

export function show(main, state, signal) {
  const place = html("div.stack");
  main.append(html("div.heading", {}, html("h1", {}, title(state)), html("p.hint", {}, html("code.whole-digest", {}, state.digest ?? ""))), place);
  load(place, "the layer", () => get(`/api/savings/blobs/${encodeURIComponent(state.digest ?? "")}`, {}, signal), draw, signal);
}

function draw(blob) {
  const { section, place } = card("Repositories that have it in an image");
  const more = blob.repositories - blob.names.length;
  place.append(
    blob.names.length > 0
      ? html("ul.names", {}, blob.names.map(({ repository }) => html("li", {}, repositoryLink(repository))))
      : html("p.hint", {}, "None: it waits to be collected."),
    more > 0 ? html("p.hint", {}, `and ${count(more)} more`) : "",
  );
  return [
    html(
      "div.card",
      {},
      figures(
        figure("Size", bytesElement(blob.size)),
        figure("Images", countElement(blob.images)),
        figure("Repositories", countElement(blob.repositories)),
        figure("Saved inside repositories", bytesElement(blob.saved.repository)),
        figure("Saved between repositories", bytesElement(blob.saved.repositories)),
        figure("Saved", bytesElement(blob.saved.total)),
      ),
    ),
    section,
  ];
}
