/** The generations of this page, newest last, and their conversation with the server. */
import { requestJson } from "../wire/request.js";
import { Generation } from "./generation.js";

/** Pictures between the first and the last are given up from the oldest on beyond this. */
const MOST_BYTES = 96 * 2 ** 20;

/**
 * Events: "started", "ended" and "removed", each with `detail`, the generation; "error" with
 * `detail`, an error that concerns none of them.
 */
export class Generations extends EventTarget {
  #connection;
  #byId = new Map();
  #labels = new Map();

  constructor(connection) {
    super();
    this.#connection = connection;
    connection.addEventListener("message", ({ detail }) => this.#received(detail));
    connection.addEventListener("state", () => this.#connectionChanged());
  }

  get all() {
    return [...this.#byId.values()];
  }

  /** Returns the label that this page asked for, or undefined for somebody else's generation. */
  labelOf(globalId) {
    return this.#labels.get(globalId);
  }

  /** Asks for images; returns null if there is no connection to ask on. */
  start(request) {
    const id = `page-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
    const generation = new Generation(id, request);
    if (!this.#connection.send(requestJson({ type: "generate", id, ...request }))) {
      return null;
    }
    this.#byId.set(id, generation);
    this.#tell("started", generation);
    return generation;
  }

  cancel(generation) {
    this.#connection.send(JSON.stringify({ type: "cancel", id: generation.id }));
  }

  remove(generation) {
    this.#byId.delete(generation.id);
    this.#tell("removed", generation);
  }

  removeEnded() {
    this.all.filter(({ ended }) => ended).forEach((generation) => this.remove(generation));
  }

  #received({ message, bytes }) {
    const generation = this.#byId.get(message.id);
    if (generation !== undefined && !generation.ended) {
      generation.apply(message, bytes);
      if (message.type === "accepted") {
        this.#labels.set(message.generation, generation.request.prompt || "no label");
      }
      if (generation.ended) {
        this.#save();
        this.#tell("ended", generation);
      }
    } else if (message.type === "error" && message.id === null) {
      this.#tell("error", message.error);
    }
  }

  #connectionChanged() {
    if (this.#connection.state === "open") {
      return;
    }
    for (const generation of this.all.filter(({ ended }) => !ended)) {
      generation.lose();
      this.#tell("ended", generation);
    }
  }

  #save() {
    let bytes = this.all.reduce((sum, generation) => sum + generation.bytes, 0);
    for (const generation of this.all) {
      if (bytes > MOST_BYTES && generation.ended && !generation.previewsDropped) {
        const before = generation.bytes;
        generation.dropPreviews();
        bytes -= before - generation.bytes;
      }
    }
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
