// What was spared besides the disk: transfers, and steps of builds.

import { html } from "../../common/dom.js";
import { bytesElement, count, countElement, durationElement, momentElement, percent, share } from "../../common/format.js";
import { figure, figures } from "../../common/figures.js";
import { card } from "../../common/states.js";

export function transfer({ transfer: moved }) {
  const { section, place } = card(
    "Not transferred",
    moved.counted_since ? html("span.hint", {}, "since ", momentElement(moved.counted_since)) : null,
  );
  const spared = moved.mounted + moved.auto_mounted + moved.existing;
  const pushed = spared + moved.uploaded + moved.uploaded_again;
  place.append(
    figures(
      figure("Uploads spared", bytesElement(spared), `${percent(share(spared, pushed))} of what was pushed`),
      figure("Uploaded", bytesElement(moved.uploaded)),
      figure("Uploaded again", bytesElement(moved.uploaded_again)),
      figure("Served", bytesElement(moved.served)),
    ),
    html(
      "ul.reasons",
      { "aria-label": "Uploads spared, by why" },
      html("li", {}, html("b", {}, bytesElement(moved.existing)), " there already"),
      html("li", {}, html("b", {}, bytesElement(moved.mounted)), " mounted"),
      html("li", {}, html("b", {}, bytesElement(moved.auto_mounted)), " in another repository"),
    ),
  );
  return section;
}

export function build({ build: built }) {
  const { section, place } = card("Not built");
  const reasons = Object.entries(built.misses).sort(([, one], [, other]) => other - one);
  if (built.asked === 0) {
    place.append(html("p.hint", {}, "No build has asked the layer cache yet."));
    return section;
  }
  place.append(
    figures(
      figure("Hit rate", html("data", { value: share(built.hits, built.asked) }, percent(share(built.hits, built.asked)))),
      figure("Time spared", durationElement(built.exec_ms_saved)),
      figure("Hits", countElement(built.hits), `${count(built.hits_elsewhere)} from other repositories`),
      figure("Misses", countElement(built.asked - built.hits)),
    ),
    reasons.length > 0
      ? html(
          "ul.reasons",
          { "aria-label": "Misses by reason" },
          reasons.map(([reason, number]) => html("li", {}, html("b", {}, count(number)), ` ${reason.toLowerCase().replaceAll("_", " ")}`)),
        )
      : null,
  );
  return section;
}
