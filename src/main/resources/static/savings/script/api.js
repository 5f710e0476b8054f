// Asks the server. What goes wrong is an error whose message can be shown.

const TIMEOUT_MS = 30_000;

/** Tells of each answer, by an event "answer" whose detail it is. */
export const answers = new EventTarget();

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
 * @param {object} [parameters] of the query; those that are empty are left out
 * @param {AbortSignal} [signal] aborts the request, for who no longer wants the answer
 */
export async function get(path, parameters = {}, signal = undefined) {
  return request("GET", address(path, parameters), undefined, signal);
}

/** Posts JSON, for questions that are too long for an address. */
export async function post(path, body, signal = undefined) {
  return request("POST", path, body, signal);
}

/** The path of what the API says of a repository: its segments are encoded, its slashes stay. */
export function ofRepository(name, part) {
  return `/api/savings/repositories/${name.split("/").map(encodeURIComponent).join("/")}/${part}`;
}

function address(path, parameters) {
  const query = Object.entries(parameters)
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  return query === "" ? path : `${path}?${query}`;
}

async function request(method, target, body, signal) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response;
  let text;
  try {
    response = await fetch(target, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
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
  if (!response.ok) {
    throw refusal(response.status, text);
  }
  const answer = JSON.parse(text);
  if (answer.as_of) {
    answers.dispatchEvent(new CustomEvent("answer", { detail: answer }));
  }
  return answer;
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
