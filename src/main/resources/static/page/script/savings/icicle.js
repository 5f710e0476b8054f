// The layer tree, drawn lying on its side: bases at the left, each layer on the one that it stands on, as wide as it is
// large and as high as images stand on it. So a layer's area is what it would take if nothing were shared.

import { html } from "../common/dom.js";
import { bytes, count, counted, shortDigest } from "../common/format.js";
import { instruction, sharedClass } from "./layer.js";

const ROW_PX = 26;
const HEIGHT_PX = 640;
const MOST_ROWS = 60;

/** What a layer is called: the image that ends with it, else what made it. */
export function nameOf(node) {
  return node.names[0] ?? (node.created_by ? instruction(node.created_by) : shortDigest(node.digest));
}

/**
 * The tree as an element: ARIA Authoring Practices Guide, "Tree View Pattern".
 *
 * @param {object} top with `layers` and perhaps `others`, as the server answers
 * @param {object} to what is told
 * @param {function(object)} to.select the layer that has the focus or the pointer
 * @param {function(object)} to.zoom the layer to begin with
 * @param {function(object)} to.more the layer all of whose children are wanted
 */
export function icicle(top, to) {
  const nodes = new Map();
  const opened = open(top);
  const context = {
    opened,
    widest: Math.max(widest(top, opened), 1),
    imageHeight: Math.min(ROW_PX, HEIGHT_PX / Math.max(top.images, 1)),
    register: (item, node) => nodes.set(item, node),
  };
  const tree = html("ul.icicle", { role: "tree", "aria-label": "Layers, from the bases on" }, branches(top, 1, context));
  const items = [...tree.querySelectorAll("[role=treeitem]")];
  let current = items[0];
  current?.setAttribute("tabindex", "0");

  function select(item) {
    current.setAttribute("tabindex", "-1");
    current.setAttribute("aria-selected", "false");
    current = item;
    current.setAttribute("tabindex", "0");
    current.setAttribute("aria-selected", "true");
    to.select(nodes.get(item));
  }

  function follow(item) {
    const node = nodes.get(item);
    (node.isRest ? to.more : to.zoom)(node);
  }

  tree.addEventListener("focusin", (event) => select(event.target));
  tree.addEventListener("mouseover", (event) => {
    const item = event.target.closest("[role=treeitem]");
    if (item) {
      to.select(nodes.get(item));
    }
  });
  tree.addEventListener("mouseleave", () => document.activeElement === current && to.select(nodes.get(current)));
  tree.addEventListener("mousedown", (event) => {
    const item = event.target.closest("[role=treeitem]");
    if (item && item === document.activeElement) {
      follow(item); // the second click
    }
  });
  tree.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const next = neighbour(items, current, event.key);
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      follow(current);
    } else if (next) {
      event.preventDefault();
      next.focus();
    }
  });
  return tree;
}

function neighbour(items, item, key) {
  const at = items.indexOf(item);
  switch (key) {
    case "ArrowDown":
      return items[at + 1];
    case "ArrowUp":
      return items[at - 1];
    case "ArrowRight":
      return item.parentElement.querySelector(":scope > ul [role=treeitem]");
    case "ArrowLeft":
      return item.parentElement.parentElement.closest("li")?.querySelector("[role=treeitem]");
    case "Home":
      return items[0];
    case "End":
      return items.at(-1);
    default:
      return undefined;
  }
}

/** What is shown with its children: first what most images stand on, for as long as there is room for more rows. */
function open(top) {
  const opened = new Set();
  const candidates = [...top.layers];
  let rows = candidates.length;
  while (candidates.length > 0) {
    const most = candidates.reduce((one, other) => (other.images > one.images ? other : one));
    candidates.splice(candidates.indexOf(most), 1);
    const more = most.layers.length + (most.others ? 1 : 0) + (most.ends > 0 ? 1 : 0) - 1;
    if (most.layers.length > 0 && rows + more <= MOST_ROWS) {
      rows += more;
      opened.add(most);
      candidates.push(...most.layers);
    }
  }
  return opened;
}

/** The bytes of the longest way from here to an end that is shown. */
function widest(node, opened) {
  return Math.max(0, ...node.layers.map((child) => child.size + (opened.has(child) ? widest(child, opened) : 0)));
}

function branches(node, level, context) {
  return [...node.layers.map((child) => branch(child, level, context)), node.others ? rest(node, level, context) : null];
}

function branch(node, level, context) {
  const isEnd = !context.opened.has(node);
  const id = `on-${node.stack.slice(-16)}`;
  return row(
    node.images,
    context,
    item(node, context, {
      class: `stratum ${sharedClass(node.images)}`,
      "aria-level": level,
      "aria-label": `${nameOf(node)}, ${bytes(node.size)}, ${counted(node.images, "image")}`,
      "aria-expanded": isEnd ? null : "true",
      "aria-owns": isEnd ? null : id,
      "--size": node.size / context.widest,
    }, label(node)),
    isEnd
      ? html("p.stratum-end", {}, node.children > 0 ? `… ${counted(node.children, "layer")} on it` : ending(node))
      : html("ul", { role: "group", id }, ends(node, context), branches(node, level + 1, context)),
  );
}

/** The number is no text, as the item's name says it. */
function label(node) {
  return html(
    "span.stratum-label",
    {},
    html("span.stratum-count", { "data-images": count(node.images) }),
    html("span.stratum-name", {}, nameOf(node)),
  );
}

function rest(node, level, context) {
  const { others } = node;
  const text = `${counted(others.children, "more layer")}, ${counted(others.images, "image")}`;
  return row(
    others.images,
    context,
    item({ ...node, isRest: true }, context, {
      class: "stratum stratum-rest",
      "aria-level": level,
      "aria-label": others.size === undefined ? text : `${text}, ${bytes(others.size)}`,
    }, html("span.stratum-name", {}, text)),
  );
}

function item(node, context, attributes, ...content) {
  const element = html("div", { role: "treeitem", tabindex: "-1", "aria-selected": "false", ...attributes }, ...content);
  context.register(element, node);
  return element;
}

function row(images, context, ...content) {
  return html("li", { role: "none", "--height": `${Math.max(ROW_PX, images * context.imageHeight)}px` }, ...content);
}

/** Images that end where others go on have a row without layers. */
function ends(node, context) {
  return node.ends > 0 ? row(node.ends, context, html("p.stratum-end", {}, ending(node))) : null;
}

/** Which images end with a layer. */
function ending({ names, ends: number }) {
  if (names.length === 0) {
    return `${counted(number, "image")} without a tag`;
  }
  const more = Math.max(number, names.length) - 1;
  return more > 0 ? `${names[0]} and ${count(more)} more` : names[0];
}
