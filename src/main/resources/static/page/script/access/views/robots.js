// Robots: service accounts of programs, each held to what its maker may do.

import { announce } from "../../common/announce.js";
import { below, getPage, post, remove } from "../../common/api.js";
import { confirm, formDialog } from "../../common/dialog.js";
import { html } from "../../common/dom.js";
import * as fields from "../../common/fields.js";
import { momentElement } from "../../common/format.js";
import { listing } from "../../common/listing.js";
import { visible, written, writtenList } from "../../common/plain.js";
import * as session from "../../common/session.js";
import { empty } from "../../common/states.js";
import { actionsColumn, rowButton } from "../../common/actions.js";
import { showSecret } from "../secret.js";
import { heading } from "../sections.js";
import { RIGHTS } from "../who.js";

const ROBOTS = "/api/access/robots";

const OVERLAPS = [
  ["PT0S", "not at all: it ends now"],
  ["PT1H", "for an hour"],
  ["PT24H", "for a day"],
  ["P7D", "for 7 days"],
  ["P30D", "for 30 days"],
];

const COLUMNS = [
  { key: "name", label: "Robot", cell: (robot) => [written(robot.name), html("span.note", {}, "made by ", written(robot.maker))] },
  { key: "repositories", label: "On", cell: (robot) => writtenList(robot.repositories) },
  { key: "actions", label: "May", cell: may },
  { key: "expires_at", label: "Expires", cell: expiry },
  { key: "last_used_at", label: "Last used", cell: lastUse },
];

export function title() {
  return "Robots";
}

export function show(main, state, signal) {
  const secret = html("div");
  const add = html("button.primary", { type: "button", "data-control": "add", onclick: makeOne }, "Make a robot");
  const actions = actionsColumn(({ name }) => [
    rowButton("Rotate", name, () => rotate(name)),
    rowButton("Delete", name, () => deleteOne(name)),
  ]);
  const list = listing(
    {
      caption: "Robots",
      what: "robots",
      columns: [...COLUMNS, actions],
      beside: [add],
      ask: async (parameters, wanted) => {
        const { answer, next } = await getPage(ROBOTS, parameters, "after", wanted);
        return { rows: answer.robots, next };
      },
      nothing: () => empty("There are no robots", html("p", {}, "A robot lets a program pull and push without the password of a person.")),
    },
    state,
    signal,
  );

  async function tell(made) {
    if (made && !signal.aborted) {
      showSecret(secret, made.name, made.secret, () => add.focus());
      await list.reload();
    }
  }

  async function makeOne() {
    await tell(await formDialog("Make a robot", { ...robotForm(), action: "Make" }));
  }

  async function rotate(name) {
    const overlap = fields.choice("overlap", "The present secret works on", OVERLAPS, { value: "PT24H" });
    await tell(
      await formDialog(["A new secret for ", written(name)], {
        fields: [overlap],
        action: "Rotate",
        submit: (values) => post(below(ROBOTS, name, "secrets"), values),
      }),
    );
  }

  async function deleteOne(name) {
    const text = "Its secrets stop working at once, and so does whatever uses them.";
    if (await confirm(["Delete the robot ", written(name), "?"], text, "Delete", () => remove(below(ROBOTS, name)))) {
      announce(`The robot ${visible(name)} is deleted.`);
      await list.reload();
    }
  }

  const whose = session.isAdministrator() ? "All robots." : "The robots that you made.";
  main.append(
    heading("robots", "Robots", `${whose} A robot may never do more than whoever made it.`),
    secret,
    html("div.card", {}, list.element),
  );
  return list.update;
}

function robotForm() {
  const actions = fields.checks("actions", "May", RIGHTS.filter(([right]) => right !== "admin"), { values: ["pull"] });
  const scopes = fields.lines("cache_scopes", "Cache scopes", { hint: "One pattern a line, such as main or pr-*." });
  const follow = () => fields.showWhen(actions.read().includes("cache"), scopes);
  actions.element.addEventListener("change", follow);
  follow();
  return {
    fields: [
      fields.text("name", "Name", { required: true, maxlength: "128" }),
      fields.lines("repositories", "On repositories", { required: true, hint: "One pattern a line, such as team/web, team/* or team/**." }),
      actions,
      scopes,
      fields.time("expires_at", "Expires", { hint: "In your time zone. Leave it empty for a robot that does not expire." }),
    ],
    submit: (values) => post(ROBOTS, values),
  };
}

function may(robot) {
  return [robot.actions.join(", "), robot.cache_scopes.length > 0 ? html("span.note", {}, "in ", robot.cache_scopes.map((scope, at) => [at > 0 ? ", " : "", written(scope)])) : null];
}

function expiry({ expires_at: end }) {
  if (!end) {
    return "never";
  }
  return new Date(end) <= new Date() ? html("span.bad", {}, "expired ", momentElement(end)) : momentElement(end);
}

function lastUse({ last_used_at: at, last_used_from: from }) {
  return at ? [momentElement(at), from ? html("span.note", {}, "from ", written(from)) : null] : "never";
}
