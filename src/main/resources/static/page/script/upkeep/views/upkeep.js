// The disk: what waits to go and until when, the room that is left, and how far all content has been read again.

import { link } from "../../common/address.js";
import { announce } from "../../common/announce.js";
import { get, post } from "../../common/api.js";
import { confirm } from "../../common/dialog.js";
import { html } from "../../common/dom.js";
import { figure, figures } from "../../common/figures.js";
import { bytes, bytesElement, countElement, counted, momentElement, percent } from "../../common/format.js";
import { isAdministrator } from "../../common/session.js";
import { card, load } from "../../common/states.js";
import { whole } from "../../savings/whole.js";
import { heading } from "../sections.js";
import { at, span } from "../times.js";

/** Of the steps in which bytes go, in their order; the last is for all that goes later. */
const KINDS = ["between", "tags", "inside", "uploads", "stored"];

export function title() {
  return "Upkeep";
}

export function show(main, state, signal) {
  const place = html("div.stack");
  main.append(heading("upkeep", "Disk", "What was deleted and still takes room, and when it goes."), place);
  const ask = () => Promise.all([get("/api/upkeep", {}, signal), get("/api/savings", {}, signal)]);
  const reload = () => load(place, "the disk", ask, ([upkeep, savings]) => draw(upkeep, savings, reload), signal);
  reload();
}

function draw(upkeep, savings, reload) {
  return [
    lowDisk(upkeep.disk),
    waiting(upkeep, savings.on_disk, reload),
    html("div.columns", {}, room(upkeep.disk, savings.on_disk), scrub(upkeep.scrub)),
  ].filter((part) => part !== null);
}

function lowDisk({ free, gives_up_below: givesUp, refuses_below: refuses, given_up: given }) {
  const isLow = free < givesUp;
  if (!isLow && !given) {
    return null;
  }
  return html(
    isLow ? "section.notice.notice-failed" : "section.notice",
    { "aria-label": "Room on the disk" },
    html("h2", {}, isLow ? "The disk is nearly full" : "The disk was nearly full"),
    isLow
      ? html("p", {}, bytesElement(free), " are left. ", free < refuses ? "Pushes are refused until there is more room. " : null, "The oldest of what was deleted goes first, by itself.")
      : null,
    given
      ? html("p", {}, `${counted(given.items, "deletion")} of about `, bytesElement(given.bytes), " went ", momentElement(given.at), " to make room, and cannot be taken back.")
      : null,
  );
}

function waiting({ undo_seconds: undo, grace_seconds: grace, held }, disk, reload) {
  const { section, place } = card("Waiting to be collected", link({ view: "deletions" }, "What was deleted"));
  place.classList.add("stack");
  const rest = Math.max(0, disk.waiting - held.bytes);
  const parts = held.goes.map(({ within_seconds: within, bytes: part }, index) => ({
    kind: KINDS[index] ?? "stored",
    label: within === undefined ? `Goes after more than ${span(held.goes[index - 1].within_seconds)}` : `Goes within ${span(within)}`,
    note: index === 0 ? "was deleted, and can be taken back until then" : undefined,
    bytes: part,
  }));
  place.append(
    whole(
      "Waiting to be collected",
      [
        ...parts.filter((part, index) => part.bytes > 0 || index === 0),
        { kind: "waiting", label: "Held by no deletion", note: `pushed for an image that is yet to come, or on its way out: goes ${span(grace)} after somebody was told that it is there`, bytes: rest },
      ],
      { label: "Waiting, as part of what du counts", bytes: held.bytes + rest },
    ),
    html("p.hint.after", {}, undo === 0 ? "Deletions cannot be taken back here." : `A deletion can be taken back for ${span(undo)}.`, " ", counting(held, disk)),
    isAdministrator() && undo > 0 ? html("p.actions", {}, html("button.grave", { type: "button", "data-control": "empty", onclick: () => empty(held, grace, reload) }, "Give all of it up now")) : "",
  );
  return section;
}

function counting(held, disk) {
  if (!held.counted_at) {
    return "What deletions hold is being counted.";
  }
  return held.bytes > disk.waiting
    ? "Something has changed since what deletions hold was counted; it is counted again."
    : ["What deletions hold was counted ", momentElement(held.counted_at), "."];
}

async function empty(held, grace, reload) {
  let count = 0;
  const isDone = await confirm(
    "Give up all that was deleted?",
    `None of it can be taken back then. This frees ${bytes(held.bytes)}, of which what somebody was told is there stays for up to ${span(grace)}.`,
    "Give up",
    async () => {
      let more = true;
      while (more) {
        const answer = await post("/api/upkeep/empty");
        count += answer.given_up;
        more = answer.more;
      }
    },
  );
  if (isDone) {
    announce(`${counted(count, "manifest or blob", "manifests and blobs")} given up.`);
    reload();
  }
}

function room({ free, gives_up_below: givesUp, refuses_below: refuses }, disk) {
  const { section, place } = card("Room on the disk", link({}, "Where the disk goes"));
  place.append(
    figures(
      figure("Free", bytesElement(free)),
      figure("Taken by Strata", bytesElement(disk.total)),
      figure("The oldest goes below", bytesElement(givesUp), "one and a half times strata.min-free"),
      figure("Pushes are refused below", bytesElement(refuses), "strata.min-free"),
    ),
  );
  return section;
}

function scrub(state) {
  const { section, place } = card("All content is read again", isAdministrator() ? link({ view: "damage" }, "Damage") : null);
  place.classList.add("stack");
  place.append(
    html("p", {}, phase(state)),
    state.phase === "reading"
      ? html("span.used-bar", { "aria-hidden": "true" }, html("span.used-part", { "--share": state.share }))
      : "",
    figures(
      figure("Damaged", countElement(state.damaged), state.damaged > 0 ? "push it again, and it is whole" : "nothing is known to be damaged"),
      state.ended_at ? figure("Read to the end", momentElement(state.ended_at)) : null,
    ),
  );
  return section;
}

function phase({ phase: name, share, begun_at: begun, next_at: next }) {
  switch (name) {
    case "off":
      return "This is switched off: strata.upkeep.scrub is 0.";
    case "failed":
      return html("span.bad", {}, "It failed, and is among what is set aside.");
    case "reading":
      return [html("data", { value: share }, percent(share)), " have been read since ", momentElement(begun), "."];
    default:
      return next ? ["It begins again on ", at(next), "."] : "It has not begun yet.";
  }
}
