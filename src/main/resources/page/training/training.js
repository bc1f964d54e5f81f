/** What the server says of its training, asked for now and then. */
import { fetchSnapshots, fetchTraining, order, ServerError } from "../wire/server.js";

const BUSY_MS = 2000;
const IDLE_MS = 10000;
const UNDER_WAY = ["running", "paused", "stopping"];

/**
 * Events: `status` after each answer. `status` is null where nothing can be trained, `snapshots`
 * where no versions are kept.
 */
export class Training extends EventTarget {
  status = null;
  snapshots = null;
  #timer = 0;
  #model = null;

  constructor(connection) {
    super();
    connection.addEventListener("state", () => connection.state === "open" && this.refresh());
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
  }

  get isUnderWay() {
    return UNDER_WAY.includes(this.status?.state);
  }

  /** Shows the versions of this model from now on. */
  choose(model) {
    this.#model = model;
    this.refresh();
  }

  /** Asks the server now. */
  async refresh() {
    clearTimeout(this.#timer);
    this.status = await known(fetchTraining());
    this.snapshots = this.#model === null ? null : await known(fetchSnapshots(this.#model));
    this.dispatchEvent(new Event("status"));
    clearTimeout(this.#timer);
    if (this.status !== null && !document.hidden) {
      this.#timer = setTimeout(() => this.refresh(), this.isUnderWay ? BUSY_MS : IDLE_MS);
    }
  }

  /** Orders something; rejects with a `ServerError` that says what is wrong. */
  async order(method, path, body) {
    try {
      await order(method, path, body);
    } finally {
      await this.refresh();
    }
  }
}

/** Returns an answer, or null if the server has none. */
async function known(answer) {
  try {
    return await answer;
  } catch (failure) {
    if (failure instanceof ServerError || failure instanceof TypeError) {
      return null;
    }
    throw failure;
  }
}
