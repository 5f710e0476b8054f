// Shows what the address asks for.

import * as address from "./address.js";
import { answers } from "./api.js";
import { html, mark } from "./dom.js";
import { counted } from "./format.js";
import { failed } from "./states.js";
import * as blob from "./views/blob.js";
import * as history from "./views/history.js";
import * as image from "./views/image.js";
import * as layers from "./views/layers.js";
import * as overview from "./views/overview.js";
import * as repositories from "./views/repositories.js";
import * as repository from "./views/repository.js";

/**
 * Each view: title(state), and show(main, state, signal), which fills the page and may return a function that takes a
 * later state of the same view. "of" is the view that the navigation marks.
 */
const VIEWS = {
  overview: { ...overview, label: "Overview" },
  layers: { ...layers, label: "Layers" },
  repositories: { ...repositories, label: "Repositories" },
  repository: { ...repository, of: "repositories" },
  image: { ...image, of: "repositories" },
  blob: { ...blob, of: "layers" },
  history: { ...history, label: "History" },
};

const main = document.getElementById("view");
const links = Object.entries(VIEWS)
  .filter(([, view]) => view.label)
  .map(([name, view]) => [name, address.link(name === "overview" ? {} : { view: name }, view.label)]);
const asOf = document.getElementById("as-of");

let shown; // { name, subject, update, leave }

function show() {
  const state = address.read();
  const name = state.view ?? "overview";
  const view = Object.hasOwn(VIEWS, name) ? VIEWS[name] : undefined;
  document.title = `${view ? view.title(state) : "Not found"} – Strata`;
  for (const [linked, link] of links) {
    mark(link, linked === (view?.of ?? name));
  }
  const subject = JSON.stringify([name, state.name, state.reference, state.digest]);
  if (shown?.subject === subject && shown.update) {
    shown.update(state);
    return;
  }
  const isFirst = shown === undefined;
  shown?.leave.abort();
  const leave = new AbortController();
  shown = { subject, leave };
  main.replaceChildren();
  if (view) {
    shown.update = view.show(main, state, leave.signal);
  } else {
    main.append(failed({ status: 404, message: "The page has no such view.", detail: { view: name } }, undefined, "h1"));
  }
  if (!isFirst) {
    window.scrollTo(0, 0);
    main.focus({ preventScroll: true });
    document.getElementById("announcement").textContent = document.title;
  }
}

answers.addEventListener("answer", ({ detail }) => {
  const time = new Date(detail.as_of);
  const late = detail.pending > 0 ? `, ${counted(detail.pending, "change")} to come` : "";
  const aside = detail.set_aside > 0 ? `, ${counted(detail.set_aside, "object")} not counted yet` : "";
  asOf.replaceChildren(
    "As of ",
    html("time", { datetime: detail.as_of, title: time.toString() }, time.toLocaleTimeString("en-GB")),
    late,
    aside,
  );
});

document.getElementById("views").append(...links.map(([, link]) => html("li", {}, link)));
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address says what is shown, and nothing else
  main.focus();
});
address.follow(show);
show();
