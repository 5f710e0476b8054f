// Who am I?

import { html } from "../../common/dom.js";
import { moment } from "../../common/format.js";
import { written } from "../../common/plain.js";
import * as session from "../../common/session.js";
import { empty } from "../../common/states.js";
import { logOutButton } from "../identity.js";

const KINDS = { account: "an account", person: "a person of an issuer", certificate: "a client certificate", robot: "a robot", workload: "a workload" };

export function title() {
  return "Who am I";
}

export function show(main) {
  const { caller } = session.current();
  main.append(html("h1", {}, "Who am I"), caller ? html("div.card.stack", {}, facts(caller), caller.by === "session" ? html("p.actions", {}, logOutButton()) : null) : empty("You are not logged in"));
}

function facts(caller) {
  const fact = (name, value) => [html("dt", {}, name), html("dd", {}, value)];
  return html(
    "dl.facts",
    {},
    fact("Name", written(caller.title)),
    caller.name === caller.title ? null : fact("For grants", written(caller.name)),
    fact("Is", KINDS[caller.kind] ?? caller.kind),
    fact("Groups", caller.groups?.length > 0 ? caller.groups.map((group, at) => [at > 0 ? ", " : "", written(group)]) : "none"),
    fact("Administrator", caller.administrator ? "yes" : "no"),
    fact("Makes robots", caller.maintains ? "yes" : "no"),
    caller.expires_at ? fact("Logged in until", moment(caller.expires_at)) : null,
  );
}
