// What stands out: the layers that save most, and the repositories whose deletion would free most.

import { link } from "../../common/address.js";
import { get } from "../../common/api.js";
import { html } from "../../common/dom.js";
import { bytesElement } from "../../common/format.js";
import { block, instruction, legend } from "../layer.js";
import { listed, namedImageLink, repositoryLink } from "../names.js";
import { card, load } from "../../common/states.js";
import { table } from "../../common/table.js";

const BASES = 6;
const REPOSITORIES = 8;

export function bases(signal) {
  const { section, place } = card("What most images stand on", link({ view: "layers" }, "The layer tree"));
  load(place, "the bases", () => get("/api/savings/bases", { n: BASES }, signal), drawBases, signal);
  return section;
}

function drawBases({ bases: found }) {
  if (found.length === 0) {
    return html("p.hint", {}, "No two images share a layer yet.");
  }
  const largestSize = Math.max(...found.map((base) => base.size));
  return [
    table(
      "Layers that save most",
      [
        { key: "layer", label: "Layer", cell: baseName },
        { key: "block", label: "Shared by", cell: (base) => block(base.size, largestSize, base.images) },
        { key: "size", label: "Size", numeric: true, cell: (base) => bytesElement(base.size) },
        { key: "saved", label: "Saves", numeric: true, cell: (base) => bytesElement(base.saved) },
      ],
      found,
    ),
    legend(),
  ];
}

function baseName(base) {
  const to = { view: "layers", stack: base.stack };
  if (base.names.length > 0) {
    return [link(to, base.names[0]), base.names.length > 1 ? html("span.note", {}, "also ", listed(base.names.slice(1).map(namedImageLink))) : null];
  }
  const place = base.on.length > 0 ? `on ${base.on[0]}` : `number ${base.depth}, from the base`;
  return [link(to, `A layer ${place}`), html("span.note", {}, html("code", { title: base.created_by ?? base.digest }, base.created_by ? instruction(base.created_by) : base.digest))];
}

export function largest(signal) {
  const all = { view: "repositories", sort: "freed", order: "desc" };
  const { section, place } = card("What a deletion gives back", link(all, "All repositories"));
  const ask = () => get("/api/savings/repositories", { sort: "freed", order: "desc", n: REPOSITORIES }, signal);
  load(place, "the repositories", ask, drawLargest, signal);
  return section;
}

function drawLargest({ repositories }) {
  return table(
    "Repositories whose deletion would free most",
    [
      { key: "name", label: "Repository", cell: (repository) => repositoryLink(repository.name) },
      { key: "full", label: "Full", numeric: true, cell: (repository) => bytesElement(repository.full) },
      { key: "freed", label: "Freed if deleted", numeric: true, cell: (repository) => bytesElement(repository.freed) },
    ],
    repositories,
  );
}
