/** What the page knows of the fleet: its state as last told, and the batches of the last minute. */
import { ServerClock } from "./clock.js";
import { ReplicaHistory, replicaName } from "./history.js";

const RATE_OVER_MS = 3000;

/** Events: "status" when `status` is another, "batches" when some came. */
export class Fleet extends EventTarget {
  clock = new ServerClock();
  /** `GET /v1/fleet`, or null before it was heard of. */
  status = null;
  /** Batches that the server left out because this page was too slow. */
  dropped = 0;
  histories = new Map();

  constructor(connection) {
    super();
    connection.addEventListener("state", () => this.#connectionChanged(connection));
    connection.addEventListener("message", ({ detail }) => this.#received(detail.message));
  }

  /** Returns the batches of a replica; empty if it had none. */
  history(model, replica) {
    const key = `${model}/${replica}`;
    if (!this.histories.has(key)) {
      this.histories.set(key, new ReplicaHistory(model, replica));
    }
    return this.histories.get(key);
  }

  /**
   * Returns what was done in the last seconds: `steps`, image-steps a second; `rows`, the mean of a
   * batch, or null; `mixed`, the part of the batches that served more than one generation, or null.
   */
  rates() {
    const to = this.clock.now();
    const batches = [...this.histories.values()].flatMap((history) =>
      history.between(to - RATE_OVER_MS, to),
    );
    const sum = (of) => batches.reduce((total, batch) => total + of(batch), 0);
    const count = batches.length;
    return {
      steps: sum(({ cells }) => cells.length) / (RATE_OVER_MS / 1000),
      rows: count === 0 ? null : sum(({ rows }) => rows) / count,
      mixed: count === 0 ? null : sum(({ cells }) => (isShared(cells) ? 1 : 0)) / count,
    };
  }

  #connectionChanged(connection) {
    if (connection.state === "open") {
      this.clock = new ServerClock();
      this.dropped = 0;
      this.histories.clear();
      connection.send('{"type":"watch","topic":"fleet"}');
    } else {
      this.status = null;
      this.dispatchEvent(new Event("status"));
    }
  }

  #received(message) {
    if (message.type === "fleet") {
      this.status = message.fleet;
      this.dispatchEvent(new Event("status"));
    } else if (message.type === "batches") {
      this.#add(message);
    }
  }

  #add({ dropped, batches }) {
    this.dropped += dropped;
    for (const batch of batches) {
      this.history(batch.model, replicaName(batch.node, batch.replica)).add(batch);
    }
    const last = batches.at(-1);
    if (last !== undefined) {
      this.clock.heard(last.started_ms + last.run_ms);
    }
    this.dispatchEvent(new Event("batches"));
  }
}

function isShared(cells) {
  return cells.some(({ generation }) => generation !== cells[0].generation);
}
