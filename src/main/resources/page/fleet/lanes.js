/**
 * Places of images on a replica's timeline. An image keeps its lanes from batch to batch, so that it
 * is seen as one band from the step at which it joins to the one after which it leaves.
 */
const FORGOTTEN_AFTER_BATCHES = 400;

export class Lanes {
  /** Lanes of each image and the batch that it was last seen in. */
  #seen = new Map();
  /** Network rows of an image: 1, or 2 with guidance. */
  #rows = new Map();
  #batches = 0;

  /** The most lanes that were ever in use. */
  count = 0;

  /**
   * Returns the lanes of each image of a batch.
   *
   * @param keys the images
   * @param rows network rows of the batch
   */
  place(keys, rows) {
    this.#batches += 1;
    this.#learnRows(keys, rows);
    const free = new Set(Array.from({ length: Math.max(rows, this.count) }, (_, lane) => lane));
    const placed = keys.map((key) => this.#kept(key, free));
    const result = keys.map((key, i) => placed[i] ?? this.#found(key, free));
    keys.forEach((key, i) => this.#seen.set(key, { lanes: result[i], at: this.#batches }));
    this.count = Math.max(this.count, ...result.flat().map((lane) => lane + 1));
    this.#forget();
    return result;
  }

  #kept(key, free) {
    const lanes = this.#seen.get(key)?.lanes;
    if (lanes?.length !== this.#rowsOf(key) || !lanes.every((lane) => free.has(lane))) {
      return null;
    }
    lanes.forEach((lane) => free.delete(lane));
    return lanes;
  }

  /** Takes lanes that lie together where there are some, otherwise any. */
  #found(key, free) {
    const wanted = this.#rowsOf(key);
    const all = [...free].sort((a, b) => a - b);
    const at = all.findIndex((lane, i) => all[i + wanted - 1] === lane + wanted - 1);
    const lanes = at < 0 ? all.slice(0, wanted) : all.slice(at, at + wanted);
    lanes.forEach((lane) => free.delete(lane));
    return lanes;
  }

  /**
   * The wire tells the rows of a batch, not of an image; they follow as soon as all images whose
   * rows are not known must have the same.
   */
  #learnRows(keys, rows) {
    const unknown = keys.filter((key) => !this.#rows.has(key));
    const known = keys.reduce((sum, key) => sum + (this.#rows.get(key) ?? 0), 0);
    const each = (rows - known) / unknown.length;
    if (each === 1 || each === 2) {
      unknown.forEach((key) => this.#rows.set(key, each));
    }
  }

  #rowsOf(key) {
    return this.#rows.get(key) ?? 1;
  }

  #forget() {
    if (this.#batches % FORGOTTEN_AFTER_BATCHES !== 0) {
      return;
    }
    for (const [key, { at }] of this.#seen) {
      if (at <= this.#batches - FORGOTTEN_AFTER_BATCHES) {
        this.#seen.delete(key);
        this.#rows.delete(key);
      }
    }
  }
}
