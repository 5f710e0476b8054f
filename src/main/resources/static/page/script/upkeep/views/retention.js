// Rules by which images go, and what they did.

import { link } from "../../common/address.js";
import { actionsColumn, rowButton } from "../../common/actions.js";
import { announce } from "../../common/announce.js";
import { below, get, getPage, remove } from "../../common/api.js";
import { confirm } from "../../common/dialog.js";
import { html } from "../../common/dom.js";
import { bytesElement, count, momentElement } from "../../common/format.js";
import { listing } from "../../common/listing.js";
import { visible, written, writtenList } from "../../common/plain.js";
import { card, empty, load } from "../../common/states.js";
import { table } from "../../common/table.js";
import { askForPreview } from "../retention/preview.js";
import { addRule, changeRule } from "../retention/rule-form.js";
import { isMoving, ofImages, RETENTION, shownReason, stateOf } from "../retention/words.js";
import { heading } from "../sections.js";
import { by } from "../times.js";

const RULES = [
  { key: "name", label: "Rule", cell: ({ name }) => written(name) },
  { key: "on", label: "On", cell: ({ on }) => writtenList(on) },
  { key: "keep", label: "Keeps", cell: ({ keep }) => writtenList(keep.map(shownReason)) },
  { key: "remove", label: "Removes", cell: ({ remove: reasons }) => writtenList(reasons.map(shownReason)) },
  { key: "runs", label: "By itself", cell: runs },
];

const PLANS = [
  { key: "id", label: "Plan", cell: ({ id, made_at: at }) => link({ view: "plan", id }, momentElement(at)) },
  { key: "by", label: "By", cell: ({ by_itself: alone, made_by: who }) => (alone ? "itself" : who ? written(who) : "–") },
  { key: "state", label: "How it stands", cell: (plan) => [stateOf(plan), isMoving(plan) ? " …" : ""] },
  { key: "remove", label: "Would remove", cell: ({ totals }) => [ofImages(totals.remove, totals.images), totals.stopped > 0 ? html("span.note.bad", {}, `${count(totals.stopped)} stopped by the cap`) : null] },
  { key: "removed", label: "Removed", cell: ({ run }) => (run ? removed(run) : "–") },
  { key: "bytes", label: "Bytes", numeric: true, cell: ({ run, totals }) => bytesElement(run ? run.bytes : totals.bytes) },
];

export function title() {
  return "Retention";
}

export function show(main, state, signal) {
  const { section, place } = card(
    "Rules",
    html("button.primary", { type: "button", "data-control": "preview", onclick: () => askForPreview() }, "Preview"),
  );
  const reload = () => load(place, "the rules", () => get(`${RETENTION}/rules`, {}, signal), (answer) => drawRules(answer, reload), signal);
  const list = listing(
    {
      caption: "Previews and runs",
      what: "previews and runs",
      columns: PLANS,
      ask: async ({ after, ...parameters }, wanted) => {
        const { answer, next } = await getPage(`${RETENTION}/plans`, { ...parameters, before: after }, "before", wanted);
        return { rows: answer.plans, next };
      },
      nothing: () => empty("Nothing has run yet", html("p", {}, "A preview shows what the rules would remove.")),
    },
    state,
    signal,
  );
  const history = card("Previews and runs");
  history.place.append(list.element);
  main.append(
    heading("retention", "Retention", "Rules that remove the images that nobody needs any more. Whatever any rule keeps stays."),
    section,
    history.section,
  );
  reload();
  return list.update;
}

function drawRules({ rules, read_only: isReadOnly, faults }, reload) {
  const parts = [];
  if (faults.length > 0) {
    parts.push(html("div.notice.notice-failed", { role: "alert" }, html("h2", {}, "The file of rules is broken"), html("p", {}, "The rules before stay in force. This is wrong:"), writtenList(faults)));
  }
  if (isReadOnly) {
    parts.push(html("p.hint", {}, "The rules are in the file that ", html("code", {}, "strata.upkeep.retention-file"), " names. Change them there."));
  }
  parts.push(
    rules.length === 0
      ? html("p.hint", {}, "There are no rules: images stay until somebody deletes them.")
      : table("Rules", isReadOnly ? RULES : [...RULES, actions(reload)], rules),
  );
  if (!isReadOnly) {
    const add = async () => told(await addRule(rules.map(({ name }) => name)), "added", reload);
    parts.push(html("p.actions", {}, html("button", { type: "button", "data-control": "add", onclick: add }, "Add a rule")));
  }
  return parts;
}

function actions(reload) {
  return actionsColumn((rule) => [
    rowButton("Change", rule.name, async () => told(await changeRule(rule), "changed", reload)),
    rowButton("Delete", rule.name, () => deleteRule(rule, reload)),
  ]);
}

async function deleteRule(rule, reload) {
  const text = rule.keep.length > 0 ? "What it keeps may be removed by other rules then." : "What it removes stays then.";
  if (await confirm(["Delete the rule ", written(rule.name), "?"], text, "Delete", () => remove(below(`${RETENTION}/rules`, rule.name)))) {
    announce(`The rule ${visible(rule.name)} is deleted.`);
    reload();
  }
}

function told(rule, what, reload) {
  if (rule) {
    announce(`The rule ${visible(rule.name)} is ${what}.`);
    reload();
  }
}

function runs({ remove: reasons, runs: does, unattended, seen_at: at, seen_by: who }) {
  if (reasons.length === 0) {
    return "only keeps";
  }
  if (!does) {
    return html("span.soft", {}, "no: nobody has looked at a whole preview with it yet");
  }
  return unattended ? "yes, unattended" : ["yes", at ? html("span.note", {}, "seen ", momentElement(at), by(who)) : null];
}

function removed({ removed: gone, stayed, restored }) {
  return [count(gone), stayed > 0 ? html("span.note", {}, `${count(stayed)} stayed`) : null, restored > 0 ? html("span.note", {}, `${count(restored)} taken back`) : null];
}
