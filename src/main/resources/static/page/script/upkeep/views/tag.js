// One tag: where it points, and where it pointed before.

import * as address from "../../common/address.js";
import { actionsColumn, rowButton } from "../../common/actions.js";
import { get, inRepository } from "../../common/api.js";
import { html } from "../../common/dom.js";
import { digestElement, momentElement, shortDigest } from "../../common/format.js";
import { card, empty, load } from "../../common/states.js";
import { table } from "../../common/table.js";
import { imageLink, repositoryLink } from "../../savings/names.js";
import { askToRestoreTag } from "../restore.js";
import { at, by } from "../times.js";

export function title(state) {
  return `History of ${state.name ?? ""}:${state.tag ?? ""}`;
}

export function show(main, state, signal) {
  const repository = state.name ?? "";
  const tag = state.tag ?? "";
  const place = html("div.stack");
  main.append(
    html(
      "div.heading",
      {},
      html(
        "nav",
        { "aria-label": "Breadcrumb" },
        html(
          "ol.crumbs",
          {},
          html("li", {}, address.link({ view: "repositories" }, "Repositories")),
          html("li", {}, repositoryLink(repository)),
          html("li", {}, address.link({ view: "changes", name: repository }, "Changed tags")),
        ),
      ),
      html("h1", {}, title(state)),
    ),
    place,
  );
  const ask = () => get(inRepository(repository, "tags", tag, "history"), {}, signal);
  const reload = () => load(place, "the history", ask, (answer) => draw(repository, tag, answer, reload), signal);
  reload();
}

function draw(repository, tag, { now, history, may_restore: mayRestore }, reload) {
  const { section, place } = card("Now");
  const before = history[0];
  place.append(
    now
      ? html("p", {}, "It points at ", imageLink(repository, now.digest, digestElement(now.digest)), ", since ", momentElement(now.set_at), before?.how === "moved" ? by(before.ended_by) : "", ".")
      : html("p", {}, before ? ["There is no such tag any more: it was deleted ", momentElement(before.ended_at), by(before.ended_by), "."] : "There is no such tag."),
  );
  return [section, earlier(repository, tag, now, history, mayRestore, reload)];
}

function earlier(repository, tag, now, history, mayRestore, reload) {
  if (history.length === 0) {
    return empty("It has not been moved or deleted of late", html("p", {}, "Where a tag pointed is kept for as long as that can be taken back."));
  }
  const { section, place } = card("Before");
  const canCome = (entry) => mayRestore && entry.available && entry.digest !== now?.digest;
  const columns = [
    {
      key: "digest",
      label: "It pointed at",
      cell: (entry) => [imageLink(repository, entry.digest, digestElement(entry.digest)), entry.available ? null : html("span.note", {}, "this image is gone")],
    },
    { key: "set_at", label: "From", cell: (entry) => at(entry.set_at) },
    { key: "ended_at", label: "Until", cell: (entry) => at(entry.ended_at) },
    { key: "how", label: "Then", cell: (entry) => [entry.how === "moved" ? "it was moved" : "it was deleted", by(entry.ended_by)] },
    { key: "until", label: "Can be taken back until", cell: (entry) => (entry.available ? at(entry.until) : "–") },
  ];
  if (history.some(canCome)) {
    const restore = async (entry) => {
      if (await askToRestoreTag(repository, tag, entry.digest)) {
        reload();
      }
    };
    columns.push(actionsColumn((entry) => (canCome(entry) ? [rowButton("Restore", shortDigest(entry.digest), () => restore(entry))] : [])));
  }
  place.append(table("Where it pointed", columns, history));
  return section;
}
