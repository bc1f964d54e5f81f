/** What the server says of its training, told on the websocket, and the versions that came of it. */
import { fetchSnapshots, order } from "../wire/server.js";

const RETRY_MS = 5000;
const UNDER_WAY = ["running", "paused", "stopping"];

/** Code of the error of a server that can train nothing. */
export const TRAINING_OFF = "training_off";

/**
 * Events: "status" when `status`, `isOff` or `isConnected` is another; "snapshots" when `snapshots`
 * or `problem` was learnt anew.
 */
export class Training extends EventTarget {
  /** `GET /v1/training` as last told, or null before that. */
  status = null;
  /** Whether the server can train nothing. */
  isOff = false;
  isConnected = false;
  /** The model whose versions are shown, as `GET /v1/models` has it, or null. */
  model = null;
  /** `GET /v1/models/{model}/snapshots` as last answered, or null before that. */
  snapshots = null;
  /** Why the versions could not be asked for last, or null. */
  problem = null;
  #connection;
  #current = null;
  #questions = 0;
  #retry = 0;

  constructor(connection) {
    super();
    this.#connection = connection;
    connection.addEventListener("state", () => this.#connectionChanged());
    connection.addEventListener("message", ({ detail }) => this.#received(detail.message));
  }

  get isUnderWay() {
    return UNDER_WAY.includes(this.status?.state);
  }

  /** Shows the versions of this model from now on. */
  choose(model) {
    if (model.id !== this.model?.id) {
      this.snapshots = null;
      this.#current = null;
    }
    this.model = model;
    this.#askForSnapshots();
  }

  /** Orders something; rejects with an error that says what is wrong. */
  async order(method, path, body) {
    try {
      await order(method, path, body);
    } finally {
      this.#askForSnapshots();
    }
  }

  #connectionChanged() {
    this.isConnected = this.#connection.state === "open";
    if (this.isConnected) {
      this.#connection.send('{"type":"watch","topic":"training"}');
      this.#askForSnapshots();
    }
    this.dispatchEvent(new Event("status"));
  }

  #received(message) {
    if (message.type === "training") {
      const published = this.status?.published[0]?.snapshot;
      this.isOff = false;
      this.status = message.training;
      this.dispatchEvent(new Event("status"));
      if (published !== this.status.published[0]?.snapshot) {
        this.#askForSnapshots();
      }
    } else if (message.type === "error" && message.error.code === TRAINING_OFF) {
      this.isOff = true;
      this.status = null;
      this.dispatchEvent(new Event("status"));
    } else if (message.type === "fleet") {
      this.#currentIs(message.fleet.models.find(({ name }) => name === this.model?.id)?.snapshot);
    }
  }

  /** A version is published before the replicas have it: only the fleet tells when it is in use. */
  #currentIs(digest) {
    if (digest !== undefined && digest !== this.#current) {
      this.#current = digest;
      if (digest !== this.snapshots?.current) {
        this.#askForSnapshots();
      }
    }
  }

  async #askForSnapshots() {
    if (this.model === null) {
      return;
    }
    clearTimeout(this.#retry);
    this.#questions += 1;
    const question = this.#questions;
    const { snapshots, problem } = await fetchSnapshots(this.model.id).then(
      (answer) => ({ snapshots: answer, problem: null }),
      (failure) => ({ snapshots: this.snapshots, problem: failure.message }),
    );
    if (question !== this.#questions) {
      return;
    }
    this.snapshots = snapshots;
    this.problem = problem;
    this.dispatchEvent(new Event("snapshots"));
    if (problem !== null && this.isConnected) {
      this.#retry = setTimeout(() => this.#askForSnapshots(), RETRY_MS);
    }
  }
}
