// One image from its base upwards: each instruction beside the layer that it made.

import * as address from "../../common/address.js";
import { get, ofRepository } from "../../common/api.js";
import { html } from "../../common/dom.js";
import { figure, figures } from "../../common/figures.js";
import { bytesElement, count, counted, digestElement, momentElement } from "../../common/format.js";
import { block, instruction, legend } from "../layer.js";
import { imageLink, listed, namedImageLink, repositoryLink } from "../names.js";
import { card, load } from "../../common/states.js";
import { table } from "../../common/table.js";
import { askToDelete, rightsIn } from "../../upkeep/deleting.js";
import { SIZES } from "./repositories.js";

const LONG = 160;
const NAMED = 4;

export function title(state) {
  return `${state.name ?? ""}${separator(state.reference ?? "")}${state.reference ?? ""}`;
}

function separator(reference) {
  return reference.includes(":") ? "@" : ":";
}

export function show(main, state, signal) {
  const place = html("div.stack");
  const told = html("div.stack");
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
          html("li", {}, repositoryLink(state.name ?? "")),
        ),
      ),
      html("h1", {}, title(state)),
    ),
    told,
    place,
  );
  const ask = () => get(ofRepository(state.name ?? "", "image"), { reference: state.reference ?? "" }, signal);
  const reload = () => load(place, "the image", ask, (image) => draw(image, actions(image, state.reference, told, reload, signal)), signal);
  reload();
}

function draw(image, controls) {
  return [summary(image, controls), image.kind === "index" ? manifests(image) : steps(image)];
}

/** What can be done with it: whoever may not delete is not offered to. */
function actions(image, reference, told, reload, signal) {
  const isTag = !reference.includes(":");
  const element = html(
    "p.actions",
    {},
    isTag ? address.link({ view: "tag", name: image.repository, tag: reference }, "Where this tag pointed") : null,
  );
  const freed = isTag ? image.freed : image.unique;
  const wanted = isTag ? { tags: [reference] } : { digests: [image.digest] };
  rightsIn(image.repository, signal)
    .then((rights) => {
      if (rights.may.includes("delete")) {
        const ask = () => askToDelete(image.repository, wanted, freed, rights, told, reload);
        element.append(html("button.grave", { type: "button", onclick: ask }, isTag ? "Delete this tag" : "Delete this image"));
      }
    })
    .catch(() => {}); // then there is nothing to offer
  return element;
}

function summary(image, controls) {
  const facts = [
    ["Digest", html("code", {}, image.digest)],
    ["Tags", image.tags.length > 0 ? listed(image.tags.map((tag) => imageLink(image.repository, tag, tag))) : "none"],
    image.platform ? ["Platform", image.platform] : null,
    image.created_at ? ["Created", momentElement(image.created_at)] : null,
    ["Media type", html("code", {}, image.media_type)],
  ].filter((fact) => fact !== null);
  return html(
    "div.card.stack",
    {},
    figures(SIZES.map(({ key, label }) => figure(label, bytesElement(image[key])))),
    html("dl.facts", {}, facts.map(([label, value]) => [html("dt", {}, label), html("dd", {}, value)])),
    controls,
  );
}

function manifests(image) {
  const { section, place } = card("Its images", html("span.hint", {}, counted(image.manifests.length, "entry", "entries")));
  place.append(
    table(
      "Images of this index",
      [
        {
          key: "digest",
          label: "Image",
          cell: (entry) =>
            entry.present ? imageLink(image.repository, entry.digest, digestElement(entry.digest)) : digestElement(entry.digest),
        },
        { key: "platform", label: "Platform", cell: (entry) => entry.platform ?? "–" },
        { key: "full", label: "Full", numeric: true, cell: (entry) => (entry.present ? bytesElement(entry.full) : "not here") },
      ],
      image.manifests,
    ),
  );
  return section;
}

function steps(image) {
  const layers = image.steps.filter((step) => step.layer);
  const { section, place } = card(
    image.kind === "image" ? "Instructions and layers, up from the base" : "Layers",
    html("span.hint", {}, counted(layers.length, "layer")),
  );
  if (image.steps.length === 0) {
    place.append(html("p.hint", {}, "It has no layers."));
    return section;
  }
  const largest = Math.max(...layers.map((step) => step.layer.size), 1);
  if (image.history !== "matched" && image.kind === "image") {
    place.append(html("p.hint", {}, "Its configuration does not tell which instruction made which layer."));
  }
  place.append(
    html("ol.steps", {}, image.steps.map((step, index) => drawStep(image, step, index, largest))),
    legend(),
  );
  return section;
}

function drawStep(image, step, index, largest) {
  return html(
    step.layer ? "li.step" : "li.step.step-plain",
    {},
    html("span.step-number", { "aria-hidden": "true" }, index + 1),
    html("div.step-instruction", {}, command(step), step.comment ? html("span.note", {}, step.comment) : null),
    step.layer ? drawLayer(image, step, largest) : html("p.step-layer.soft", {}, "makes no layer"),
    step.base?.length > 0
      ? html("p.step-base", {}, "Up to here it is ", listed(step.base.map(namedImageLink)))
      : null,
  );
}

function command(step) {
  const text = step.created_by === undefined ? "An instruction that is not known" : instruction(step.created_by);
  if (step.created_by === undefined) {
    return html("span.soft", {}, text);
  }
  if (text.length <= LONG) {
    return html("code", { title: step.created_by }, text);
  }
  return html("details", {}, html("summary", {}, html("code", {}, `${text.slice(0, LONG)}…`)), html("code", {}, step.created_by));
}

function drawLayer(image, step, largest) {
  const { layer } = step;
  return html(
    "div.step-layer",
    {},
    block(layer.size, largest, layer.images),
    html(
      "p",
      {},
      address.link({ view: "blob", digest: layer.digest }, digestElement(layer.digest)),
      " ",
      html("b", {}, bytesElement(layer.size)),
      layer.present ? null : html("span.verdict.verdict-bad", {}, "missing"),
      step.built ? html("span.verdict", {}, step.built === "hit" ? "✓ from the cache" : "built") : null,
    ),
    html("p.note", {}, sharedWith(image, layer)),
  );
}

function sharedWith(image, layer) {
  if (layer.images <= 1) {
    return "only in this image";
  }
  const where = `in ${counted(layer.images, "image")} of ${counted(layer.repositories, "repository", "repositories")}`;
  if (layer.stack_images <= 1) {
    return `${where}, on other layers there`;
  }
  const others = layer.stack_images - 1;
  const named = (layer.shared_with ?? []).slice(0, NAMED).map((other) =>
    imageLink(other.repository, other.tag ?? other.digest, `${other.repository}${other.tag ? `:${other.tag}` : ""}`),
  );
  const more = others - named.length;
  return [
    `${where}; `,
    address.link({ view: "layers", stack: layer.stack }, `${count(layer.stack_images)} stand on it`),
    named.length > 0 ? html("span.shared-with", {}, ", with ", listed(named), more > 0 ? ` and ${count(more)} more` : "") : null,
  ];
}
