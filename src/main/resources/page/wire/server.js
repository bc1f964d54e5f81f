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

/** Returns the versions of a model's weights. */
export async function fetchSnapshots(model) {
  return (await get(`v1/models/${encodeURIComponent(model)}/snapshots`)).json();
}

/** Orders something of the server. */
export async function order(method, path, body) {
  await send(method, path, body);
}

/** Opens the websocket. A browser can send a key with it only as the name of a subprotocol. */
export function openStream() {
  const address = new URL("v1/stream", BASE);
  address.protocol = address.protocol.replace("http", "ws");
  const key = apiKey();
  return new WebSocket(address, key === null ? [] : ["stepwise", `stepwise.bearer.${key}`]);
}

async function get(path) {
  return send("GET", path);
}

async function send(method, path, body) {
  const key = apiKey();
  const headers = key === null ? {} : { Authorization: `Bearer ${key}` };
  const request = { method, headers, cache: "no-store" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  const answer = await fetch(new URL(path, BASE), request);
  if (answer.ok) {
    return answer;
  }
  const text = await answer.json().catch(() => null);
  throw new ServerError(answer.status, text?.error ?? { message: `the server said ${answer.status}` });
}
