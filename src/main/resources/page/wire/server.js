/** What the page asks the server over HTTP, and the API key that it asks with. */

const KEY = "stepwise.api-key";

/** An answer that is an error: `error` is what it says, `status` the HTTP status. */
export class ServerError extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
}

/** Address of the server, with a slash at its end. */
export const BASE = new URL(".", document.baseURI).href;

export function apiKey() {
  return sessionStorage.getItem(KEY);
}

/** Keeps a key until the tab is closed; an empty one is forgotten. */
export function useApiKey(key) {
  if (key === "") {
    sessionStorage.removeItem(KEY);
  } else {
    sessionStorage.setItem(KEY, key);
  }
}

/** Returns the models, the default one first. */
export async function fetchModels() {
  const answer = await get("v1/models");
  return (await answer.json()).data;
}

/** Returns the text of the metrics page, or null if there is none for this client. */
export async function fetchMetrics() {
  try {
    return await (await get("metrics")).text();
  } catch {
    return null;
  }
}

/** Opens the websocket. A browser can send a key with it only as the name of a subprotocol. */
export function openStream() {
  const address = new URL("v1/stream", BASE);
  address.protocol = address.protocol.replace("http", "ws");
  const key = apiKey();
  return new WebSocket(address, key === null ? [] : ["stepwise", `stepwise.bearer.${key}`]);
}

async function get(path) {
  const key = apiKey();
  const headers = key === null ? {} : { Authorization: `Bearer ${key}` };
  const answer = await fetch(new URL(path, BASE), { headers, cache: "no-store" });
  if (answer.ok) {
    return answer;
  }
  const body = await answer.json().catch(() => null);
  throw new ServerError(answer.status, body?.error ?? { message: `the server said ${answer.status}` });
}
