// Asks the server. What goes wrong is an error whose message can be shown.

const TIMEOUT_MS = 30_000;

/** Where one logs in and out, and learns who one is. */
export const SESSION = "/api/access/session";

/** Tells of each answer, by an event "answer" whose detail it is. */
export const answers = new EventTarget();

let askWhoItIs = async () => false;

/**
 * Sets what is done when the server asks who it is.
 *
 * @param {function(): Promise<boolean>} ask says whether the same person is known now, and the request can be sent again
 */
export function whenUnknown(ask) {
  askWhoItIs = ask;
}

/** What the server, or the way to it, said against a request. */
export class ApiError extends Error {
  /**
   * @param {number} status of HTTP; 0 where there was no answer
   * @param {string} message one sentence for people
   * @param {object} [detail] what the server named
   */
  constructor(status, message, detail = {}) {
    super(message);
    this.status = status;
    this.detail = detail;
  }
}

/**
 * Gets JSON.
 *
 * @param {string} path on this server
 * @param {object} [parameters] of the query, each once or several times; those that are empty are left out
 * @param {AbortSignal} [signal] aborts the request, for who no longer wants the answer
 */
export async function get(path, parameters = {}, signal = undefined) {
  return (await request("GET", address(path, parameters), undefined, signal)).answer;
}

/**
 * Gets a page of a list, and where the next one begins: the answer's Link header tells it.
 *
 * @param {string} place the parameter that says where a page begins
 * @returns {Promise<{answer: object, next: (string|undefined)}>}
 */
export async function getPage(path, parameters, place, signal = undefined) {
  const { answer, link } = await request("GET", address(path, parameters), undefined, signal);
  const target = /^<([^>]*)>/.exec(link ?? "")?.[1];
  return { answer, next: target && (new URL(target, window.location).searchParams.get(place) ?? undefined) };
}

/** Posts JSON: a question that is too long for an address, or something that is to be made. */
export async function post(path, body, signal = undefined) {
  return (await request("POST", path, body, signal)).answer;
}

/** Changes what the body names. */
export async function patch(path, body, signal = undefined) {
  return (await request("PATCH", path, body, signal)).answer;
}

/** Puts something in the place of what is there. */
export async function put(path, body, signal = undefined) {
  return (await request("PUT", path, body, signal)).answer;
}

/** Deletes. */
export async function remove(path, signal = undefined) {
  return (await request("DELETE", path, undefined, signal)).answer;
}

/** A path below another: what is named stays one segment, whatever is in it. */
export function below(path, ...names) {
  return [path, ...names.map(encodeURIComponent)].join("/");
}

/** The path of what the savings say of a repository. */
export function ofRepository(name, part) {
  return `/api/savings/repositories/${segments(name)}/${part}`;
}

/** The path of what can be done with a repository and its tags. */
export function inRepository(name, ...parts) {
  return below(`/api/repositories/${segments(name)}`, ...parts);
}

/** The segments of a repository's name are encoded, its slashes stay. */
function segments(name) {
  return name.split("/").map(encodeURIComponent).join("/");
}

function address(path, parameters) {
  const query = Object.entries(parameters)
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .flatMap(([name, value]) => [value].flat().map((each) => `${name}=${encodeURIComponent(each)}`))
    .join("&");
  return query === "" ? path : `${path}?${query}`;
}

async function request(method, target, body, signal) {
  let response = await send(method, target, body, signal);
  // What logs somebody in is refused where the password is wrong, and then nobody is asked again.
  if (response.status === 401 && target !== SESSION && (await askWhoItIs())) {
    response = await send(method, target, body, signal);
  }
  const { status, text, link } = response;
  if (status < 200 || status > 299) {
    throw refusal(status, text);
  }
  const answer = text === "" ? undefined : JSON.parse(text);
  if (answer?.as_of) {
    answers.dispatchEvent(new CustomEvent("answer", { detail: answer }));
  }
  return { answer, link };
}

async function send(method, target, body, signal) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(target, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return { status: response.status, text: await response.text(), link: response.headers.get("Link") };
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }
    throw new ApiError(
      0,
      timeout.aborted
        ? `The server did not answer within ${TIMEOUT_MS / 1000} seconds.`
        : "The server cannot be reached. It may have stopped, or the network is down.",
    );
  }
}

/** The registry's error body: OCI Distribution Specification, "Error Codes". */
function refusal(status, text) {
  let error;
  try {
    error = JSON.parse(text).errors?.[0];
  } catch {
    error = undefined; // something in between answered, such as a proxy
  }
  const message = error?.message ?? `The server answered with status ${status}`;
  return new ApiError(status, `${message.charAt(0).toUpperCase()}${message.slice(1)}.`, error?.detail ?? {});
}
