// Shows what the address asks for.

import { showIdentity } from "./access/identity.js";
import { askWhenUnknown, loginView } from "./access/login.js";
import { sections } from "./access/sections.js";
import * as accounts from "./access/views/accounts.js";
import * as audit from "./access/views/audit.js";
import * as explain from "./access/views/explain.js";
import * as grants from "./access/views/grants.js";
import * as immutable from "./access/views/immutable.js";
import * as me from "./access/views/me.js";
import * as people from "./access/views/people.js";
import * as quotas from "./access/views/quotas.js";
import * as robots from "./access/views/robots.js";
import * as address from "./common/address.js";
import { announce } from "./common/announce.js";
import { answers } from "./common/api.js";
import { html, mark } from "./common/dom.js";
import { counted } from "./common/format.js";
import * as session from "./common/session.js";
import { failed, loading } from "./common/states.js";
import * as blob from "./savings/views/blob.js";
import * as history from "./savings/views/history.js";
import * as image from "./savings/views/image.js";
import * as layers from "./savings/views/layers.js";
import * as overview from "./savings/views/overview.js";
import * as repositories from "./savings/views/repositories.js";
import * as repository from "./savings/views/repository.js";
import * as changes from "./upkeep/views/changes.js";
import * as damage from "./upkeep/views/damage.js";
import * as deletions from "./upkeep/views/deletions.js";
import * as plan from "./upkeep/views/plan.js";
import * as retention from "./upkeep/views/retention.js";
import * as tag from "./upkeep/views/tag.js";
import * as upkeep from "./upkeep/views/upkeep.js";

/**
 * Each view: title(state), and show(main, state, signal), which fills the page and may return a function that takes a
 * later state of the same view. "of" is the view that the navigation marks.
 */
const VIEWS = {
  overview,
  layers,
  repositories,
  repository: { ...repository, of: "repositories" },
  image: { ...image, of: "repositories" },
  blob: { ...blob, of: "layers" },
  history,
  upkeep,
  deletions: { ...deletions, of: "upkeep" },
  retention: { ...retention, of: "upkeep" },
  plan: { ...plan, of: "upkeep" },
  damage: { ...damage, of: "upkeep" },
  changes: { ...changes, of: "repositories" },
  tag: { ...tag, of: "repositories" },
};

/** The views that are there only where one can log in. */
const ACCESS = { robots, accounts, people, grants, immutable, quotas, explain, audit, me };

/** What the navigation leads to, beside the views about access. */
const LINKS = [
  ["overview", "Overview"],
  ["layers", "Layers"],
  ["repositories", "Repositories"],
  ["history", "History"],
  ["upkeep", "Upkeep"],
];

const LOGIN = "login";

const main = document.getElementById("view");
const navigation = document.getElementById("views");
const identity = document.getElementById("identity");
const asOf = document.getElementById("as-of");

let shown; // { subject, update, leave, isFirst }
let links = []; // each with the view that it marks
let person; // for whom what is shown was made

function show() {
  const state = address.read();
  const name = state.view ?? "overview";
  const { login, caller } = session.current();
  const isAccess = login && Object.hasOwn(ACCESS, name);
  if (login && !caller && (isAccess || state.login)) {
    showLogin();
    return;
  }
  const view = isAccess ? ACCESS[name] : Object.hasOwn(VIEWS, name) ? VIEWS[name] : undefined;
  document.title = `${view ? view.title(state) : "Not found"} – Strata`;
  person = caller;
  const marked = isAccess && name !== "me" ? "access" : (view?.of ?? name);
  links.forEach(([linked, link]) => mark(link, linked === marked));
  const subject = JSON.stringify([name, state.name, state.reference, state.digest, state.tag, state.id]);
  if (shown?.subject === subject && shown.update) {
    shown.update(state);
    return;
  }
  const signal = change(subject);
  if (isAccess) {
    asOf.replaceChildren(); // it is of the figures
  }
  if (view) {
    shown.update = view.show(main, state, signal);
  } else {
    main.append(failed({ status: 404, message: "The page has no such view.", detail: { view: name } }, undefined, "h1"));
  }
  arrive(main);
}

/** The address stays, so that one is where one wanted to be when one is logged in. */
function showLogin() {
  if (shown?.subject === LOGIN) {
    return;
  }
  document.title = "Log in – Strata";
  change(LOGIN);
  asOf.replaceChildren();
  main.append(loginView(address.read()));
  arrive(main.querySelector("input") ?? main);
}

/** Leaves what was shown. */
function change(subject) {
  shown?.leave.abort();
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  shown = { subject, leave: new AbortController(), isFirst: shown === undefined };
  main.replaceChildren();
  return shown.leave.signal;
}

function arrive(at) {
  if (!shown.isFirst) {
    window.scrollTo(0, 0);
    at.focus({ preventScroll: true });
    announce(document.title);
  }
}

function showHead() {
  const [first] = sections();
  links = LINKS.map(([name, label]) => [name, address.link(name === "overview" ? {} : { view: name }, label)]);
  if (first) {
    links.push(["access", address.link({ view: first.view }, "Access")]);
  }
  navigation.replaceChildren(...links.map(([, link]) => html("li", {}, link)));
  showIdentity(identity, showLogin);
}

/** Somebody else sees something else, at the same address. Whoever only comes back goes on with what they began. */
function sessionChanged() {
  const { caller } = session.current();
  showHead();
  if (caller && (shown?.subject === LOGIN || !session.isSame(person, caller))) {
    address.replace({ ...address.read(), login: undefined });
    shown = { ...shown, subject: undefined };
    show();
  }
}

/** Who it is comes first: all else depends on it. */
async function start() {
  main.replaceChildren(loading("the page"));
  try {
    await session.refresh();
  } catch (error) {
    main.replaceChildren(failed(error, start, "h1"));
    return;
  }
  showHead();
  show();
  session.changes.addEventListener("change", sessionChanged);
  address.follow(show);
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

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address says what is shown, and nothing else
  main.focus();
});
askWhenUnknown(showLogin);
start();
