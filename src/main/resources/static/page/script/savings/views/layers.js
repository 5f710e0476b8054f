// The layer tree: what stands on what.

import * as address from "../../common/address.js";
import { get } from "../../common/api.js";
import { html } from "../../common/dom.js";
import { bytesElement, count, counted, digestElement } from "../../common/format.js";
import { icicle, nameOf } from "../icicle.js";
import { legend } from "../layer.js";
import { listed, namedImageLink } from "../names.js";
import { firstPush, load } from "../../common/states.js";

const DEPTH = 10;
const BREADTH = 12;
const ALL = 100;

export function title() {
  return "Layers";
}

export function show(main, state, signal) {
  const place = html("div.card");
  main.append(
    html(
      "div.heading",
      {},
      html("h1", {}, "Layers"),
      html(
        "p.hint",
        {},
        "Bases at the left, each layer on the one that it stands on. A layer is as wide as it is large and as high as images stand on it, and the number on it says how many.",
      ),
    ),
    place,
  );
  const update = ({ stack, breadth }) => {
    const ask = () => get("/api/savings/layers", { stack, depth: DEPTH, breadth: breadth ?? BREADTH }, signal);
    return load(place, "the layers", ask, draw, signal);
  };
  update(state);
  return async (changed) => {
    await update(changed);
    if (document.activeElement === document.body) {
      place.querySelector("[role=treeitem]")?.focus({ preventScroll: true }); // the one that had it is gone
    }
  };
}

function draw(answer) {
  if (answer.images === 0 && answer.path.length === 0) {
    return firstPush();
  }
  const top = answer.path.at(-1);
  const detail = html("div.layer-detail", { role: "status" }, html("p.hint", {}, "Choose a layer to see what it is. Enter, or a second click, begins with it."));
  const tree = icicle({ ...answer, stack: top?.stack }, {
    select: (node) => detail.replaceChildren(...about(node)),
    zoom: (node) => address.go({ view: "layers", stack: node.stack }),
    more: (node) => address.go({ view: "layers", stack: node.stack, breadth: ALL }),
  });
  return [
    crumbs(answer.path),
    top ? html("p.standing", {}, ...standing(top)) : html("p.standing", {}, counted(answer.images, "image"), " on ", counted(answer.children, "base"), "."),
    answer.layers.length > 0 ? html("div.icicle-frame", {}, tree) : html("p.hint", {}, "No layer stands on this one."),
    legend(),
    detail,
  ];
}

function crumbs(path) {
  return html(
    "nav",
    { "aria-label": "Layers below" },
    html(
      "ol.crumbs",
      {},
      html("li", {}, path.length === 0 ? "All bases" : address.link({ view: "layers" }, "All bases")),
      path.map((node, index) =>
        html("li", {}, index === path.length - 1 ? nameOf(node) : address.link({ view: "layers", stack: node.stack }, nameOf(node))),
      ),
    ),
  );
}

function standing(node) {
  return [html("b", {}, counted(node.images, "image")), " stand on this layer of ", bytesElement(node.size), ", which saves ", bytesElement(node.saved), "."];
}

function about(node) {
  if (node.isRest) {
    return [html("p", {}, counted(node.others.children, "layer"), node.others.size === undefined ? " that fewer images stand on, or that are only in repositories which you may not read. Enter, or a click, shows the former." : " that fewer images stand on. Enter, or a click, shows them.")];
  }
  const fact = (...content) => html("span", {}, ...content);
  return [
    html("p", {}, html("code", {}, node.created_by ?? "It is not known which instruction made this layer.")),
    html(
      "p.layer-facts",
      {},
      fact(html("b", {}, bytesElement(node.size))),
      fact(counted(node.images, "image"), node.ends > 0 ? `, ${count(node.ends)} of them ${node.ends === 1 ? "ends" : "end"} here` : ""),
      fact("saves ", bytesElement(node.saved)),
      fact(counted(node.children, "layer"), " on it"),
      fact("blob ", address.link({ view: "blob", digest: node.digest }, digestElement(node.digest))),
      node.names.length > 0 ? fact("ends ", listed(node.names.map(namedImageLink))) : null,
      fact(address.link({ view: "layers", stack: node.stack }, "Begin with this layer")),
    ),
  ];
}
