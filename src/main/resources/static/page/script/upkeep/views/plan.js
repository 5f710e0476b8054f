// A plan of retention: what would go and why, its run, and how that is taken back.

import * as address from "../../common/address.js";
import { announce } from "../../common/announce.js";
import { below, getPage, post } from "../../common/api.js";
import { confirm } from "../../common/dialog.js";
import { html, mark } from "../../common/dom.js";
import { figure, figures } from "../../common/figures.js";
import { bytesElement, count, countElement, counted, digestElement, momentElement } from "../../common/format.js";
import { listing } from "../../common/listing.js";
import { written } from "../../common/plain.js";
import { empty } from "../../common/states.js";
import { imageLink, brokenRepositoryLink } from "../../savings/names.js";
import { askForPreview } from "../retention/preview.js";
import { isMoving, ofImages, RETENTION, stateOf } from "../retention/words.js";
import { at, by } from "../times.js";

const LOOK_AGAIN_MS = 1000;

const DECISIONS = [
  ["remove", "Goes"],
  ["stopped", "Stopped by the cap"],
  ["keep", "Stays"],
  ["all", "All"],
];

const COLUMNS = [
  {
    key: "image",
    label: "Image",
    cell: ({ repository, digest, tags }) => [
      imageLink(repository, digest, tags.length > 0 ? [written(repository), ":", written(tags[0])] : [written(repository), "@", digestElement(digest)]),
      tags.length > 1 ? html("span.note", {}, tags.slice(1).map((tag, index) => [index > 0 ? ", " : "", written(tag)])) : null,
    ],
  },
  { key: "decision", label: "Decided", cell: decided },
  { key: "rule", label: "By", cell: ({ rule, reason }) => [rule ? written(rule) : "no rule", html("span.note", {}, written(reason))] },
  { key: "pushed_at", label: "Pushed", cell: ({ pushed_at: pushed }) => momentElement(pushed) },
  { key: "pulled_at", label: "Pulled", cell: ({ pulled_at: pulled }) => (pulled ? momentElement(pulled) : "–") },
  { key: "bytes", label: "Bytes", numeric: true, cell: ({ bytes }) => bytesElement(bytes) },
];

export function title() {
  return "Plan";
}

export function show(main, state, signal) {
  const summary = html("div.stack");
  let drawn; // what of the plan is shown: it is drawn anew only where that changed
  let timer;
  const list = listing(
    {
      caption: "Images of the plan",
      what: "images",
      columns: COLUMNS,
      filter: decisionLinks(state.id),
      ask: async ({ decision = "remove", ...parameters }, wanted) => {
        const { answer, next } = await getPage(below(`${RETENTION}/plans`, state.id ?? ""), { ...parameters, decision: decision === "all" ? undefined : decision }, "after", wanted);
        drawPlan(answer);
        return { rows: answer.images, next };
      },
      nothing: () => empty("No images go by this plan"),
    },
    state,
    signal,
  );

  function drawPlan(plan) {
    const { images, next, ...known } = plan;
    if (drawn !== JSON.stringify(known)) {
      const before = drawn && JSON.parse(drawn).state;
      drawn = JSON.stringify(known);
      summary.replaceChildren(...parts(plan, act));
      if (before && before !== plan.state) {
        announce(`The plan ${stateOf(plan)}.`);
      }
    }
    clearTimeout(timer);
    if (isMoving(plan)) {
      timer = setTimeout(() => signal.aborted || list.reload(), LOOK_AGAIN_MS);
    }
  }

  async function act(question, text, action, path) {
    if (await confirm(question, text, action, () => post(path))) {
      await list.reload();
    }
  }

  main.append(
    html(
      "div.heading",
      {},
      html("nav", { "aria-label": "Breadcrumb" }, html("ol.crumbs", {}, html("li", {}, address.link({ view: "retention" }, "Retention")))),
      html("h1", {}, title()),
    ),
    summary,
    html("div.card", {}, list.element),
  );
  return list.update;
}

/** Which images are shown. */
function decisionLinks(id) {
  const links = DECISIONS.map(([name, label]) => [name, address.link({ view: "plan", id, decision: name === "remove" ? undefined : name }, label)]);
  return {
    element: html("nav", { "aria-label": "Decision" }, html("ul.ranges", {}, links.map(([, link]) => html("li", {}, link)))),
    show: (state) => links.forEach(([name, link]) => mark(link, name === (state.decision ?? "remove"))),
    names: ["decision"],
  };
}

function parts(plan, act) {
  const { totals, run } = plan;
  return [
    html(
      "div.card.stack",
      {},
      html("p", {}, said(plan)),
      figures(
        figure("Images", countElement(totals.images)),
        figure("Go", countElement(totals.remove)),
        figure("Stopped by the cap", countElement(totals.stopped), `more than ${count(plan.cap)} % of a repository`),
        figure("Frees", bytesElement(totals.bytes)),
        run ? figure("Removed", countElement(run.removed), run.stayed > 0 ? `${count(run.stayed)} stayed, since something had changed` : undefined) : null,
        run ? figure("Freed", bytesElement(run.bytes)) : null,
        run && run.restored + run.not_restored > 0
          ? figure("Taken back", countElement(run.restored), run.not_restored > 0 ? `${count(run.not_restored)} could not be` : undefined)
          : null,
      ),
      buttons(plan, act),
    ),
    stopped(plan),
  ].filter((part) => part !== null);
}

function said(plan) {
  const { run } = plan;
  const of = plan.repositories.length > 0 ? ["of ", plan.repositories.map((pattern, index) => [index > 0 ? ", " : "", written(pattern)]), ", "] : "of all repositories, ";
  return [
    "A plan ",
    of,
    "made ",
    momentElement(plan.made_at),
    plan.by_itself ? " by itself" : by(plan.made_by),
    `: it ${plan.state === "outdated" ? "cannot be run, " : ""}${stateOf(plan)}`,
    plan.state === "ready" ? [" until ", at(plan.until)] : "",
    run ? [". It was run ", momentElement(run.at), by(run.by)] : "",
    ".",
    plan.state === "ready" && !plan.current ? html("span.note.bad", {}, "The rules have changed since. Ask for another preview.") : "",
    plan.state === "ready" && plan.current && plan.repositories.length === 0 ? html("span.note", {}, "You have seen now what the rules of this plan remove, so they may run by themselves.") : "",
  ];
}

function buttons(plan, act) {
  const { totals, state, current, until, id } = plan;
  const canRun = state === "ready" && current && totals.remove > 0 && new Date(until) > new Date();
  const run = () =>
    act(
      `Remove ${counted(totals.remove, "image")}?`,
      ["This frees ", html("b", {}, bytesElement(totals.bytes)), " when it can no longer be taken back. What has changed since the plan was made stays."],
      "Run",
      below(`${RETENTION}/plans`, id, "run"),
    );
  const undo = () =>
    act("Take this run back?", `${counted(plan.run.removed, "image")} come back with their tags. A tag that points elsewhere by now stays where it is.`, "Undo", below(`${RETENTION}/runs`, id, "undo"));
  return html(
    "p.actions",
    {},
    canRun ? html("button.grave", { type: "button", onclick: run }, "Run") : null,
    state === "done" && plan.run.removed > 0 ? html("button.primary", { type: "button", onclick: undo }, "Undo") : null,
    html("button", { type: "button", onclick: () => askForPreview({ repositories: plan.repositories }) }, "Another preview"),
  );
}

function stopped({ stopped: repositories, cap }) {
  if (repositories.length === 0) {
    return null;
  }
  const again = () => askForPreview({ repositories: repositories.map(({ repository }) => repository), cap: 100 });
  return html(
    "section.notice",
    { "aria-label": "Stopped by the cap" },
    html("h2", {}, "Stopped by the cap"),
    html("p", {}, `More than ${count(cap)} % of the images would go here, so nothing goes:`),
    html("ul.names", {}, repositories.map(({ repository, images, remove }) => html("li", {}, brokenRepositoryLink(repository), `: ${ofImages(remove, images)}`))),
    html("p.actions", {}, html("button", { type: "button", onclick: again }, "Preview them without a cap")),
  );
}

function decided({ decision, outcome, because }) {
  const words = { remove: "goes", stopped: "stopped", keep: "stays", open: "not yet" };
  const said = outcome === "removed" ? "removed" : outcome === "stayed" ? "stayed" : (words[decision] ?? decision);
  return [said, because ? html("span.note", {}, written(because)) : null];
}
