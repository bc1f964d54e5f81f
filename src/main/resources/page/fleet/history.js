/** The batches of one replica, in the order in which they ran. */
import { Lanes } from "./lanes.js";

const KEPT_MS = 90_000;
const MOST_BATCHES = 12_000;

/** Returns what a replica of a model is called, with its node where there are several. */
export function replicaName(node, slot) {
  return node === undefined ? `${slot}` : `${node}/replica-${slot}`;
}

export class ReplicaHistory {
  #lanes = new Lanes();

  /** Batches: `batch`, `start` and `end` (server's epoch milliseconds), `rows`, `snapshot`, `cells`. */
  batches = [];
  /** How many batches had images of generations with different numbers of steps. */
  mixed = 0;

  /** @param replica what it is called among those of the model */
  constructor(model, replica) {
    this.model = model;
    this.replica = replica;
  }

  get lanes() {
    return this.#lanes.count;
  }

  /** Takes in a batch as the server tells it. */
  add({ batch, started_ms: start, run_ms: run, rows, snapshot, images }) {
    const cells = images.map((image) => ({ ...image, key: `${image.generation}/${image.index}` }));
    this.#lanes.place(cells, rows).forEach((lanes, i) => {
      cells[i].lanes = lanes;
    });
    this.batches.push({ batch, start, end: start + run, rows, snapshot, cells });
    this.mixed += new Set(images.map(({ of }) => of)).size > 1 ? 1 : 0;
    const oldest = start - KEPT_MS;
    if (this.batches.length > MOST_BATCHES || this.batches[0].end < oldest - KEPT_MS / 10) {
      const from = this.batches.findIndex(({ end }) => end >= oldest);
      this.batches.splice(0, Math.max(from, this.batches.length - MOST_BATCHES));
    }
  }

  /** Returns when the last batch ended, server's epoch milliseconds; 0 if there was none. */
  get end() {
    return this.batches.at(-1)?.end ?? 0;
  }

  /** Returns the position of the first batch that ends after a time. */
  indexAfter(time) {
    let low = 0;
    let high = this.batches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.batches[middle].end > time) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Returns the batches that ran, in part at least, between two times. */
  between(from, to) {
    const found = [];
    for (let i = this.indexAfter(from); i < this.batches.length && this.batches[i].start < to; i++) {
      found.push(this.batches[i]);
    }
    return found;
  }
}
