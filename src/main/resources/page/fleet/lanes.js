/**
 * Places of images on a replica's timeline. An image keeps its lanes from batch to batch, so that it
 * is seen as one band from the step at which it joins to the one after which it leaves. Where there
 * are more images than lanes, the first keep theirs and the others stand in where one is missing.
 */
const FORGOTTEN_AFTER_BATCHES = 32;

export class Lanes {
  /** Images by the order in which they joined: `rows`, `home` (lanes or null) and `at` (a batch). */
  #images = new Map();
  #batches = 0;

  /** The most lanes that were ever in use. */
  count = 0;

  /**
   * Returns the lanes of each image of a batch.
   *
   * @param images each with its `key`, `step` and `of`
   * @param rows network rows of the batch
   */
  place(images, rows) {
    this.#batches += 1;
    const members = images.map((image) => this.#member(image.key));
    learnRows(members, rows);
    this.count = Math.max(this.count, rows);
    const free = new Set(Array.from({ length: this.count }, (_, lane) => lane));
    const placed = new Map();
    for (const member of [...members].sort((a, b) => a.joined - b.joined)) {
      if (member.home?.every((lane) => free.has(lane))) {
        placed.set(member, take(free, member.home));
      }
    }
    const homes = this.#homes();
    for (const member of members.filter((one) => !placed.has(one))) {
      placed.set(member, settle(member, free, homes));
    }
    images.filter(({ step, of }) => step === of).forEach(({ key }) => this.#images.delete(key));
    return members.map((member) => placed.get(member));
  }

  #member(key) {
    const member = this.#images.get(key) ?? { rows: null, home: null, joined: this.#batches };
    member.at = this.#batches;
    this.#images.set(key, member);
    return member;
  }

  /** Returns all lanes that belong to somebody; who was not seen for long has left. */
  #homes() {
    const homes = new Set();
    for (const [key, { home, at }] of this.#images) {
      if (at < this.#batches - FORGOTTEN_AFTER_BATCHES) {
        this.#images.delete(key);
      } else {
        home?.forEach((lane) => homes.add(lane));
      }
    }
    return homes;
  }
}

/**
 * The wire tells the rows of a batch, not of an image, which has two with guidance; they follow as
 * soon as all images whose rows are not known must have the same.
 */
function learnRows(members, rows) {
  const unknown = members.filter((member) => member.rows === null);
  const known = members.reduce((sum, member) => sum + (member.rows ?? 0), 0);
  const each = (rows - known) / unknown.length;
  if (each === 1 || each === 2) {
    unknown.forEach((member) => {
      member.rows = each;
      member.home = null;
    });
  }
}

/** Takes lanes that are nobody's, which then are the image's own, or else any. */
function settle(member, free, homes) {
  const wanted = member.rows ?? 1;
  const unowned = together([...free].filter((lane) => !homes.has(lane)), wanted);
  if (unowned.length === wanted) {
    member.home = unowned;
    unowned.forEach((lane) => homes.add(lane));
    return take(free, unowned);
  }
  return take(free, together([...free], wanted));
}

/** Returns so many lanes, beside each other if there are such. */
function together(lanes, wanted) {
  const at = lanes.findIndex((lane, i) => lanes[i + wanted - 1] === lane + wanted - 1);
  return at < 0 ? lanes.slice(0, wanted) : lanes.slice(at, at + wanted);
}

function take(free, lanes) {
  lanes.forEach((lane) => free.delete(lane));
  return lanes;
}
