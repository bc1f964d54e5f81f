/** A generation of this page: what was asked, how far it is, and every picture that came. */

/** A state is "sent", "queued", "running" or one of these, in which nothing more happens. */
const ENDED = new Set(["completed", "cancelled", "failed", "refused", "lost"]);

/** Event: "change", whenever anything of it is another. */
export class Generation extends EventTarget {
  #frames;

  /** @param request as it is sent on the websocket, without `type` and `id` */
  constructor(id, request) {
    super();
    this.id = id;
    this.request = request;
    this.state = "sent";
    /** The id that everybody knows it by: null until it is accepted. */
    this.globalId = null;
    this.model = request.model;
    this.snapshot = null;
    this.seed = request.seed;
    this.of = request.steps ?? 0;
    this.predictedMs = null;
    this.sentAt = performance.now();
    this.tookMs = null;
    this.usage = null;
    this.error = null;
    /** When it makes sense to ask again, epoch milliseconds. */
    this.retryAt = null;
    this.previewsDropped = false;
    /** Steps at which there is a picture of some image, ascending. */
    this.steps = [];
    /** Bytes of all pictures. */
    this.bytes = 0;
    this.#size(request.n ?? 1);
  }

  get ended() {
    return ENDED.has(this.state);
  }

  /** Number of images. */
  get n() {
    return this.#frames.length;
  }

  /** How much of all the steps of all images has been seen, 0 to 1. */
  get progress() {
    const taken = this.#frames.reduce((sum, frames) => sum + (frames.at(-1)?.step ?? 0), 0);
    return this.of === 0 ? 0 : taken / (this.of * this.n);
  }

  /** Returns the newest picture of an image at a step, or null. */
  frameAt(index, step) {
    return this.#frames[index].findLast((frame) => frame.step <= step) ?? null;
  }

  /** Returns the finished picture of an image, or null. */
  imageOf(index) {
    const last = this.#frames[index].at(-1);
    return last?.final ? last : null;
  }

  /** Returns why an image could not be made, or null. */
  failureOf(index) {
    return this.failures.get(index) ?? null;
  }

  /** Takes in what the server says of it. */
  apply(message, bytes) {
    switch (message.type) {
      case "accepted":
        this.#accepted(message);
        break;
      case "step":
        this.state = "running";
        this.of = message.of;
        this.#add(message.index, { step: message.step, png: bytes, final: false });
        break;
      case "image":
        this.state = "running";
        this.#add(message.index, { step: this.of, png: bytes, final: true });
        break;
      case "image_failed":
        this.failures.set(message.index, message.reason);
        break;
      case "done":
        this.usage = message.usage;
        this.#end(message.state);
        break;
      case "error":
        this.#fail(message);
        break;
    }
    this.#changed();
  }

  /** Notes that the connection was lost, and with it the generation. */
  lose() {
    if (!this.ended) {
      this.#end("lost");
      this.#changed();
    }
  }

  /** Forgets all pictures but the finished ones. */
  dropPreviews() {
    this.#frames = this.#frames.map((frames) => frames.filter(({ final }) => final));
    this.previewsDropped = true;
    this.steps = this.steps.filter((step) => step === this.of);
    this.bytes = this.#frames.flat().reduce((sum, { png }) => sum + png.length, 0);
    this.#changed();
  }

  #accepted(message) {
    this.state = "queued";
    this.globalId = message.generation;
    this.model = message.model;
    this.snapshot = message.snapshot;
    this.seed ??= String(message.seed);
    this.of = message.steps;
    this.predictedMs = message.predicted_ms ?? null;
    if (message.n !== this.n) {
      this.#size(message.n);
    }
  }

  #fail({ error, retry_after: seconds }) {
    this.error = error;
    this.retryAt = seconds === undefined ? null : Date.now() + 1000 * seconds;
    this.#end(this.globalId === null ? "refused" : "failed");
  }

  #end(state) {
    this.state = state;
    this.tookMs = performance.now() - this.sentAt;
  }

  #add(index, frame) {
    this.#frames[index].push(frame);
    this.bytes += frame.png.length;
    const before = this.steps.findLastIndex((step) => step <= frame.step);
    if (this.steps[before] !== frame.step) {
      this.steps.splice(before + 1, 0, frame.step);
    }
  }

  #size(n) {
    this.#frames = Array.from({ length: Math.max(1, Math.min(n, 10_000)) }, () => []);
    this.failures = new Map();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
