/** A small image of each label by the current weights, made anew whenever these are others. */
import { byId, setText } from "../dom.js";
import { Tile } from "../generate/sheet.js";

const MOST_IMAGES = 10;
const STEPS = 20;

/**
 * Asks for nothing while it is not seen. The seeds are always the same, so that only the weights
 * make a difference.
 */
export class SampleGrid {
  #training;
  #generations;
  #tiles = [];
  #asked = null;
  #retry = 0;

  /** @param generations of the grid alone */
  constructor(training, generations) {
    this.#training = training;
    this.#generations = generations;
    training.addEventListener("snapshots", () => this.#ask());
    byId("training-details").addEventListener("toggle", () => this.#ask());
    document.addEventListener("visibilitychange", () => this.#ask());
    generations.addEventListener("ended", () => this.#ended());
  }

  get #isUnderWay() {
    return this.#generations.all.some(({ ended }) => !ended);
  }

  get #isSeen() {
    return byId("training-details").open && !document.hidden;
  }

  #ask() {
    const { model, snapshots, isOff, isConnected } = this.#training;
    if (snapshots === null || isOff || !isConnected || !this.#isSeen || this.#isUnderWay) {
      return;
    }
    const wanted = `${model.id}/${snapshots.current}`;
    if (wanted === this.#asked) {
      return;
    }
    clearTimeout(this.#retry);
    this.#asked = wanted;
    this.#generations.removeEnded();
    byId("samples").hidden = false;
    setText(byId("samples-weights"), `making ${snapshots.current.slice(0, 8)} …`);
    requests(model).forEach((request) => this.#generations.start(request));
  }

  #ended() {
    if (this.#isUnderWay) {
      return;
    }
    const { all } = this.#generations;
    this.#show(all);
    const failed = all.filter((generation) => generation.imageOf(0) === null);
    if (failed.some(({ state }) => state === "lost")) {
      this.#asked = null;
    } else if (failed.some(({ retryAt }) => retryAt !== null)) {
      const retryAt = Math.max(...failed.map((generation) => generation.retryAt ?? 0));
      this.#asked = null;
      this.#retry = setTimeout(() => this.#ask(), Math.max(1000, retryAt - Date.now()));
    } else {
      this.#ask();
    }
  }

  #show(generations) {
    while (this.#tiles.length < generations.length) {
      this.#tiles.push(new Tile());
    }
    this.#tiles.length = generations.length;
    byId("samples-images").replaceChildren(...this.#tiles.map(({ canvas }) => canvas));
    generations.forEach((generation, i) => {
      const { request } = generation;
      this.#tiles[i].canvas.setAttribute("aria-label", request.prompt ?? `seed ${request.seed}`);
      this.#tiles[i].canvas.title = request.prompt ?? "";
      this.#tiles[i].show(generation.imageOf(0));
    });
    setText(byId("samples-weights"), caption(generations));
    byId("samples-weights").title = digests(generations).join(", ");
  }
}

function requests(model) {
  const labels = model.labels.slice(0, MOST_IMAGES);
  return Array.from({ length: labels.length || MOST_IMAGES }, (_, i) => ({
    model: model.id,
    ...(labels.length > 0 && { prompt: labels[i] }),
    steps: Math.min(STEPS, model.max_steps),
    seed: String(i + 1),
    preview_every: 0,
  }));
}

/** Says of which weights the images are, and why some are missing. */
function caption(generations) {
  const weights = digests(generations).map((digest) => digest.slice(0, 8)).join(" and ");
  const failure = generations.find((generation) => generation.imageOf(0) === null);
  if (failure === undefined) {
    return `${weights} · ${generations[0].of} steps`;
  }
  const reason = failure.error?.message ?? failure.failureOf(0) ?? failure.state;
  const count = generations.filter((generation) => generation.imageOf(0) === null).length;
  return [weights, `${count} not made: ${reason}`].filter(Boolean).join(" · ");
}

/** Returns the weights that made the images: two, if others came into use meanwhile. */
function digests(generations) {
  const made = generations.filter((generation) => generation.imageOf(0) !== null);
  return [...new Set(made.map(({ snapshot }) => snapshot))];
}
