// What was done, the newest first.

import * as address from "../../common/address.js";
import { getPage } from "../../common/api.js";
import { html } from "../../common/dom.js";
import * as fields from "../../common/fields.js";
import { form } from "../../common/form.js";
import { moment } from "../../common/format.js";
import { listing } from "../../common/listing.js";
import { written } from "../../common/plain.js";
import { empty } from "../../common/states.js";
import { heading } from "../sections.js";

/** Each kind of event, as the server calls it. */
const KINDS = [
  ["LOGIN", "logged in"],
  ["LOGOUT", "logged out"],
  ["LOGIN_FAILED", "login failed"],
  ["REFUSED", "refused"],
  ["PUSHED", "pushed"],
  ["TAG_MOVED", "tag moved"],
  ["DELETED", "deleted"],
  ["RESTORED", "restored"],
  ["BIN_EMPTIED", "bin emptied"],
  ["RETENTION_CHANGED", "retention rule changed"],
  ["RETENTION_RUN", "retention run"],
  ["COMMAND", "command given"],
  ["MOUNTED", "mounted"],
  ["CACHE_DELETED", "cache deleted"],
  ["GRANT_ADDED", "grant added"],
  ["GRANT_REMOVED", "grant removed"],
  ["ACCOUNT_CREATED", "account created"],
  ["ACCOUNT_CHANGED", "account changed"],
  ["ACCOUNT_DELETED", "account deleted"],
  ["ROBOT_CREATED", "robot created"],
  ["ROBOT_ROTATED", "robot rotated"],
  ["ROBOT_DELETED", "robot deleted"],
  ["TOKENS_REVOKED", "tokens revoked"],
  ["PASSWORD_CHANGED", "password changed"],
  ["PERSON_FORGOTTEN", "person forgotten"],
];

const FILTERS = ["what", "who", "subject", "since", "until"];

const COLUMNS = [
  { key: "at", label: "When", cell: (event) => html("time", { datetime: event.at, title: event.at }, moment(event.at)) },
  { key: "what", label: "What", names: true, cell: (event) => kind(event.what) },
  { key: "who", label: "Who", cell: (event) => narrowed("who", event.who) },
  { key: "subject", label: "To what", cell: (event) => narrowed("subject", event.subject) },
  { key: "address", label: "From", cell: (event) => (event.address === "" ? "–" : written(event.address)) },
  { key: "detail", label: "Detail", cell: detail },
];

export function title() {
  return "Audit";
}

export function show(main, state, signal) {
  const list = listing(
    {
      caption: "Events",
      what: "events",
      columns: COLUMNS,
      filter: { ...filter(), names: FILTERS },
      ask: async ({ after, ...parameters }, wanted) => {
        const { answer, next } = await getPage("/api/access/audit", { ...parameters, before: after }, "before", wanted);
        return { rows: answer.events, next };
      },
      nothing: () => empty("Nothing has happened yet"),
    },
    state,
    signal,
  );
  main.append(
    heading("audit", "Audit", "Who did what from where, the newest first."),
    html("div.card", {}, list.element),
  );
  return list.update;
}

function filter() {
  const element = html("search.filter");
  let shown;
  return {
    element,
    show: (state) => {
      const asked = JSON.stringify(FILTERS.map((name) => state[name]));
      if (asked !== shown) {
        shown = asked;
        const held = element.contains(document.activeElement); // it goes on from the button that sent it
        element.replaceChildren(filterForm(state));
        if (held) {
          element.querySelector("[type=submit]").focus();
        }
      }
    },
  };
}

function filterForm({ what, who, subject, since, until }) {
  return form({
    fields: [
      fields.choice("what", "What", [["", "anything"], ...KINDS], { value: (what ?? "").toUpperCase() }),
      fields.text("who", "Who", { value: who ?? "", placeholder: "account:ann" }),
      fields.text("subject", "To what", { value: subject ?? "", placeholder: "team/web" }),
      fields.time("since", "Since", { value: since }),
      fields.time("until", "Until", { value: until }),
    ],
    action: "Filter",
    submit: async (values) => address.go({ view: "audit", ...values }),
    more: what || who || subject || since || until ? address.link({ view: "audit" }, "Show all") : null,
  });
}

function kind(what) {
  return KINDS.find(([name]) => name === what)?.[1] ?? what.toLowerCase().replaceAll("_", " ");
}

/** Leads to all events that have it in common. */
function narrowed(filtered, value) {
  return value === "" ? "–" : address.link({ view: "audit", [filtered]: value }, written(value));
}

function detail({ detail: said }) {
  const entries = Object.entries(said);
  return entries.length === 0 ? "–" : html("ul.names", {}, entries.map(([name, value]) => html("li", {}, html("span.soft", {}, `${name} `), written(value))));
}
