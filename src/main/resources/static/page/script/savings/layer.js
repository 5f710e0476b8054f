// One layer as a block: as wide as it is large, coloured by how many images share it, and with that number.

import { html } from "../common/dom.js";
import { counted } from "../common/format.js";

const STEPS = [
  { from: 1, label: "1 image" },
  { from: 2, label: "2–9" },
  { from: 10, label: "10–99" },
  { from: 100, label: "100–999" },
  { from: 1000, label: "1,000 and more" },
];

/** The classes of a block that so many images share. */
export function sharedClass(images) {
  const step = STEPS.findLastIndex(({ from }) => images >= from);
  return `shared-${Math.max(step, 0) + 1}`;
}

/** A block on its own, with how many images share it. */
export function block(bytes, largest, images) {
  return html(
    "span.block-track",
    {},
    html(`span.block.${sharedClass(images)}`, { "--size": largest > 0 ? bytes / largest : 0, "aria-hidden": "true" }),
    html("data", { value: images }, counted(images, "image")),
  );
}

/** What the colours of blocks mean. */
export function legend() {
  return html(
    "p.legend",
    {},
    "Images that share a layer:",
    STEPS.map(({ label }, index) => html("span", {}, html(`span.swatch.shared-${index + 1}`, { "aria-hidden": "true" }), label)),
  );
}

/** An instruction without what builders put around it. */
export function instruction(createdBy) {
  return createdBy
    .replace(/^(RUN )?(\|\d+ .*?)?\/bin\/sh -c #\(nop\)\s*/, "")
    .replace(/^(RUN )?(\|\d+ … )?\/bin\/sh -c /, "RUN ")
    .replace(/\s*# buildkit$/, "");
}
