// What sharing saves and where the disk goes: two wholes, whose parts add up.

import { link } from "../../common/address.js";
import { html } from "../../common/dom.js";
import { counted, momentElement } from "../../common/format.js";
import { card } from "../../common/states.js";
import { whole } from "../whole.js";

export function sharing(report) {
  const { section, place } = card("What sharing saves", link({ view: "history" }, "Over time"));
  place.append(
    whole(
      "As if nothing were shared",
      [
        { kind: "stored", label: "Stored", note: "each blob and manifest once", bytes: report.stored },
        { kind: "tags", label: "Saved by tags", note: "the same image under several tags", bytes: report.saved.tags },
        { kind: "inside", label: "Saved inside repositories", note: "layers that images of one repository share", bytes: report.saved.repository },
        { kind: "between", label: "Saved between repositories", note: "layers that several repositories share", bytes: report.saved.repositories },
      ],
      { label: "As if nothing were shared", bytes: report.as_if_unshared },
    ),
    html("p.hint.after", {}, contents(report.counts), html("br"), recount(report.check)),
  );
  return section;
}

function contents({ tags, images, manifests, blobs }) {
  const all = [counted(images, "image"), counted(tags, "tag"), counted(manifests, "manifest"), counted(blobs, "blob")];
  return `${all.join(", ")}.`;
}

function recount(check) {
  if (!check.completed_at && check.differences === 0) {
    return "The first recount of these figures is under way.";
  }
  const found = `${counted(check.differences, "difference")} found`;
  return check.completed_at ? [`Recounted `, momentElement(check.completed_at), `: ${found}.`] : `Being recounted: ${found} so far.`;
}

export function disk(report) {
  const { on_disk: on } = report;
  const { section, place } = card("Where the disk goes", verdict(on));
  place.append(
    whole(
      "On disk",
      [
        { kind: "stored", label: "Blobs in use", bytes: on.blobs },
        { kind: "waiting", label: "Waiting to be collected", note: ["part of no image any more, or not yet: ", link({ view: "upkeep" }, "until when")], bytes: on.waiting },
        { kind: "uploads", label: "Uploads under way", bytes: on.uploads },
        { kind: "broken", label: "Broken", note: "found damaged and set aside", bytes: on.broken },
        { kind: "metadata", label: "Metadata", note: "the database with its manifests, its journal, and directories", bytes: on.metadata },
        { kind: "unexplained", label: "Unexplained", note: "is 0, or something is wrong", bytes: on.unexplained },
      ],
      { label: "On disk, as du counts it", bytes: on.total },
    ),
  );
  return section;
}

function verdict(on) {
  if (!on.checked_at) {
    return html("span.verdict", {}, "not compared with the disk yet");
  }
  return on.unexplained === 0
    ? html("span.verdict", {}, "✓ adds up, looked at ", momentElement(on.checked_at))
    : html("span.verdict.verdict-bad", {}, "✗ does not add up, looked at ", momentElement(on.checked_at));
}
