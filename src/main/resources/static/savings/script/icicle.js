// The layer tree, drawn lying on its side: bases at the left, each layer on the one that it stands on, as wide as it is
// large and as high as images stand on it. So a layer's area is what it would take if nothing were shared.

import { html } from "./dom.js";
import { bytes, count, counted, shortDigest } from "./format.js";
import { instruction, sharedClass } from "./layer.js";

const ROW_PX = 26;
const HEIGHT_PX = 640;

/** What a layer is called: the image that ends with it, else what made it. */
export function nameOf(node) {
  return node.names[0] ?? (node.created_by ? instruction(node.created_by) : shortDigest(node.digest));
}

/**
 * The tree as an element: https://www.w3.org/WAI/ARIA/apg/patterns/treeview/
 *
 * @param {object} top with `layers` and perhaps `others`, as the server answers
 * @param {{select: function(object), zoom: function(object), more: function(object)}} to what is told: the layer that has the
 *     focus, the one to begin with, the one all of whose children are wanted
 */
export function icicle(top, to) {
  const images = top.images ?? top.layers.reduce((sum, node) => sum + node.images, 0);
  const scale = { bytes: Math.max(widest(top), 1), image: Math.min(ROW_PX, HEIGHT_PX / Math.max(images, 1)) };
  const nodes = new Map();
  const tree = html(
    "ul.icicle",
    { role: "tree", "aria-label": "Layers, from the bases on" },
    children(top, scale, nodes, to),
  );
  const items = () => [...tree.querySelectorAll("[role=treeitem]")];
  items()[0]?.setAttribute("tabindex", "0");

  tree.addEventListener("focusin", (event) => {
    const item = event.target.closest("[role=treeitem]");
    for (const other of tree.querySelectorAll("[aria-selected=true]")) {
      other.setAttribute("aria-selected", "false");
      other.setAttribute("tabindex", "-1");
    }
    items()[0].setAttribute("tabindex", "-1");
    item.setAttribute("tabindex", "0");
    item.setAttribute("aria-selected", "true");
    to.select(nodes.get(item));
  });
  tree.addEventListener("keydown", (event) => {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const next = neighbour(items(), item, event.key);
    if (event.key === "Enter" || event.key === " ") {
      open(nodes.get(item), to);
    } else if (!next) {
      return;
    } else {
      next.focus();
    }
    event.preventDefault();
  });
  return tree;
}

function open(node, to) {
  if (node.isRest) {
    to.more(node);
  } else {
    to.zoom(node);
  }
}

function neighbour(items, item, key) {
  const at = items.indexOf(item);
  switch (key) {
    case "ArrowDown":
      return items[at + 1];
    case "ArrowUp":
      return items[at - 1];
    case "ArrowRight":
      return item.querySelector("[role=treeitem]");
    case "ArrowLeft":
      return item.parentElement.closest("[role=treeitem]");
    case "Home":
      return items[0];
    case "End":
      return items.at(-1);
    default:
      return undefined;
  }
}

/** The bytes of the longest way from here to an end. */
function widest(node) {
  return Math.max(0, ...node.layers.map((child) => child.size + widest(child)));
}

function children(node, scale, nodes, to) {
  const rows = node.layers.map((child) => row(child, scale, nodes, to));
  if (node.others) {
    rows.push(rest(node, scale, nodes, to));
  }
  return rows;
}

function row(node, scale, nodes, to) {
  const isEnd = node.layers.length === 0 && !node.others;
  const item = html(
    "li",
    {
      role: "treeitem",
      tabindex: "-1",
      "aria-selected": "false",
      "aria-label": `${nameOf(node)}: ${bytes(node.size)}, ${counted(node.images, "image")}`,
      "aria-expanded": isEnd ? null : "true",
      "--height": `${Math.max(ROW_PX, node.images * scale.image)}px`,
    },
    html(
      `div.stratum.${sharedClass(node.images)}`,
      {
        "--size": node.size / scale.bytes,
        onclick: () => (item.getAttribute("aria-selected") === "true" && document.activeElement === item ? to.zoom(node) : item.focus()),
      },
      html("b", {}, count(node.images)),
      html("span", {}, nameOf(node)),
    ),
    isEnd ? html("p.stratum-end", {}, ending(node)) : html("ul", { role: "group" }, ends(node, scale), children(node, scale, nodes, to)),
  );
  nodes.set(item, node);
  return item;
}

/** What stands at the end of a row. */
function ending(node) {
  if (node.children > 0) {
    return `… ${counted(node.children, "layer")} on it`;
  }
  const [first, ...more] = node.names;
  return first === undefined ? counted(node.ends, "image") : `${first}${node.ends > 1 || more.length > 0 ? ` and ${count(Math.max(node.ends - 1, more.length))} more` : ""}`;
}

/** Images that end where others go on have a row without layers. */
function ends(node, scale) {
  return node.ends > 0
    ? html(
        "li.ends",
        { role: "none", "--height": `${Math.max(ROW_PX, node.ends * scale.image)}px` },
        html("p.stratum-end", {}, ending({ ...node, children: 0 })),
      )
    : null;
}

function rest(node, scale, nodes, to) {
  const { others } = node;
  const text = `${counted(others.children, "more layer")}, ${counted(others.images, "image")}`;
  const item = html(
    "li",
    {
      role: "treeitem",
      tabindex: "-1",
      "aria-selected": "false",
      "aria-label": `${text}, ${bytes(others.size)}`,
      "--height": `${Math.max(ROW_PX, others.images * scale.image)}px`,
    },
    html("div.stratum.stratum-rest", { onclick: () => to.more(node) }, html("span", {}, text)),
  );
  nodes.set(item, { ...node, isRest: true });
  return item;
}
