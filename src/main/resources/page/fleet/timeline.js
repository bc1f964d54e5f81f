/** A replica's batches on a canvas: time runs to the right, every image is a band of its colour. */
import { colour } from "../colour.js";
import { element } from "../dom.js";
import { isDark } from "../theme.js";

const TALLEST_LANE = 11;
const LEAST_LANES = 4;
const LEAST_SEPARATED_PX = 5;
const OTHERS = 0.4;

export class Timeline {
  #history;
  #context;
  #colours = new Map();
  #ratio = 1;

  /** Height of one lane in CSS pixels. */
  laneHeight = 8;

  /** @param history the replica's batches */
  constructor(history) {
    this.#history = history;
    this.canvas = element("canvas", { class: "timeline" });
    this.#context = this.canvas.getContext("2d");
    const resized = new ResizeObserver(() => this.#resized());
    resized.observe(this.canvas);
  }

  get width() {
    return this.canvas.width / this.#ratio;
  }

  /** Makes the canvas high enough for its lanes; many share the height that one may have. */
  fit(mostRows, height) {
    const lanes = Math.max(LEAST_LANES, mostRows, this.#history.lanes);
    this.laneHeight = Math.max(2, Math.min(TALLEST_LANE, Math.floor(height / lanes)));
    const wanted = `${lanes * this.laneHeight}px`;
    if (this.canvas.style.height !== wanted) {
      this.canvas.style.height = wanted;
    }
  }

  /** Colours are another in another theme. */
  themeChanged() {
    this.#colours.clear();
  }

  /**
   * Draws what ran in a window of time.
   *
   * @param view `from` and `to`, server's epoch milliseconds; `inspected`, a batch, or null;
   *     `marked`, the key of an image that stands out, or null; `owns(generation)`, whether this
   *     page asked for it
   */
  draw(view) {
    const context = this.#context;
    const { width, height } = this.canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.scale(this.#ratio, this.#ratio);
    const style = getComputedStyle(this.canvas);
    const ink = style.color;
    this.#drawGrid(view, style);
    for (const batch of this.#history.between(view.from, view.to)) {
      this.#drawBatch(batch, view, ink);
    }
  }

  /** Returns the batch at a place and the image there, either may be null. */
  at(x, y, view) {
    const time = view.from + (x / this.width) * (view.to - view.from);
    const batch = this.#history.batches[this.#history.indexAfter(time)];
    if (batch === undefined || batch.start > time) {
      return { batch: null, cell: null };
    }
    const lane = Math.floor(y / this.laneHeight);
    return { batch, cell: batch.cells.find(({ lanes }) => lanes.includes(lane)) ?? null };
  }

  /** Returns where a time is, in pixels from the left. */
  x(time, view) {
    return ((time - view.from) / (view.to - view.from)) * this.width;
  }

  #drawBatch(batch, view, ink) {
    const context = this.#context;
    const left = this.x(batch.start, view);
    const wide = this.x(batch.end, view) - left;
    const gap = wide >= LEAST_SEPARATED_PX ? 1 : 0;
    const drawn = Math.max(0.5, wide - gap);
    for (const cell of batch.cells) {
      context.globalAlpha = strength(cell, view);
      context.fillStyle = this.#colourOf(cell);
      for (const lane of cell.lanes) {
        context.fillRect(left, lane * this.laneHeight, drawn, this.laneHeight - 1);
      }
    }
    context.globalAlpha = 1;
    if (view.inspected === batch) {
      context.strokeStyle = ink;
      context.lineWidth = 2;
      context.strokeRect(left - 1, 1, Math.max(3, drawn + 2), this.canvas.height / this.#ratio - 2);
    }
  }

  #drawGrid(view, style) {
    const context = this.#context;
    context.fillStyle = style.borderTopColor;
    const seconds = (view.to - view.from) / 1000;
    const every = seconds / 6;
    for (let i = 1; i < 6; i++) {
      context.fillRect(Math.round(this.width * ((i * every) / seconds)), 0, 1, this.canvas.height);
    }
  }

  #colourOf({ key, generation, index }) {
    let found = this.#colours.get(key);
    if (found === undefined) {
      if (this.#colours.size > 5000) {
        this.#colours.clear();
      }
      found = colour(generation, index, isDark());
      this.#colours.set(key, found);
    }
    return found;
  }

  #resized() {
    this.#ratio = devicePixelRatio;
    this.canvas.width = Math.round(this.canvas.clientWidth * this.#ratio);
    this.canvas.height = Math.round(this.canvas.clientHeight * this.#ratio);
    this.canvas.dispatchEvent(new Event("resized"));
  }
}

/** The page's own images are drawn strongly, others' are pale, and all are but the one pointed at. */
function strength({ key, generation }, { marked, owns }) {
  if (marked !== null) {
    return marked === key ? 1 : 0.15;
  }
  return owns(generation) ? 1 : OTHERS;
}
