/** All timelines together: one window of time for all, moving, paused or looked into. */
import { announce } from "../announcer.js";
import { byId, setText } from "../dom.js";

/** What is drawn lies so far back that batches are there before their place is. */
const BEHIND_MS = 250;
const FRAME_MS = 1000 / 60;
const CALM_FRAME_MS = 1000;

export class Stage {
  #fleet;
  #inspector;
  #owns;
  #rows = new Map();
  #seconds = 6;
  #pausedAt = null;
  #marked = null;
  #inspected = null;
  #drawnAt = 0;
  #wasFull = false;
  #calm = matchMedia("(prefers-reduced-motion: reduce)");

  /** @param owns whether this page asked for a generation */
  constructor(fleet, inspector, owns) {
    this.#fleet = fleet;
    this.#inspector = inspector;
    this.#owns = owns;
    byId("pause").addEventListener("click", () => this.pause(this.#pausedAt === null));
    byId("window").addEventListener("change", ({ target }) => this.#zoom(Number(target.value)));
    requestAnimationFrame((now) => this.#frame(now));
  }

  /** Adds a replica's timeline, which is also looked into by pointer and keys. */
  add(timeline, history) {
    const row = { timeline, history };
    this.#rows.set(timeline.canvas, row);
    const { canvas } = timeline;
    canvas.addEventListener("pointermove", (event) => this.#pointed(row, event));
    canvas.addEventListener("pointerleave", () => this.#left());
    canvas.addEventListener("keydown", (event) => this.#pressed(row, event));
    canvas.addEventListener("blur", () => this.#left());
    canvas.addEventListener("resized", () => this.redraw());
  }

  remove(timeline) {
    this.#rows.delete(timeline.canvas);
  }

  /** Lets one image stand out, or none. */
  mark(key) {
    this.#marked = key;
    this.redraw();
  }

  redraw() {
    this.#drawnAt = 0;
  }

  themeChanged() {
    this.#rows.forEach(({ timeline }) => timeline.themeChanged());
    this.redraw();
  }

  pause(paused) {
    this.#pausedAt = paused ? this.#now() : null;
    byId("pause").setAttribute("aria-pressed", paused);
    setText(byId("pause"), paused ? "Go on" : "Pause");
    setText(byId("axis-end"), paused ? "paused" : "now");
    if (!paused) {
      this.#left();
    }
    this.redraw();
  }

  /** Returns the window of time that is shown. */
  #view() {
    const to = this.#pausedAt ?? this.#now();
    return {
      from: to - this.#seconds * 1000,
      to,
      inspected: this.#inspected,
      marked: this.#marked,
      owns: this.#owns,
    };
  }

  #now() {
    return this.#fleet.clock.now() - BEHIND_MS;
  }

  #frame(now) {
    const due = this.#calm.matches ? CALM_FRAME_MS : FRAME_MS * 0.9;
    const view = this.#view();
    const moves = this.#pausedAt === null && (this.#wasFull || this.#isFull(view));
    if (this.#drawnAt === 0 || (moves && now - this.#drawnAt >= due)) {
      this.#drawnAt = now;
      this.#wasFull = this.#isFull(view);
      this.#rows.forEach(({ timeline }) => timeline.draw(view));
    }
    requestAnimationFrame((next) => this.#frame(next));
  }

  #isFull({ from }) {
    return [...this.#rows.values()].some(({ history }) => history.end > from);
  }

  #zoom(seconds) {
    this.#seconds = seconds;
    document.querySelectorAll("[data-axis]").forEach((mark) => {
      setText(mark, `−${(seconds * Number(mark.dataset.axis)).toFixed(seconds < 6 ? 1 : 0)} s`);
    });
    this.redraw();
  }

  #pointed({ timeline }, { offsetX: x, offsetY: y, clientX }) {
    const { batch, cell } = timeline.at(x, y, this.#view());
    this.#inspected = batch;
    this.#marked = cell?.key ?? null;
    if (batch === null) {
      this.#inspector.hide();
    } else {
      const { top, bottom } = timeline.canvas.getBoundingClientRect();
      this.#inspector.show(batch, { x: clientX, top, bottom });
    }
    this.redraw();
  }

  #left() {
    this.#inspected = null;
    this.#marked = null;
    this.#inspector.hide();
    this.redraw();
  }

  #pressed(row, event) {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (event.key === " ") {
      event.preventDefault();
      this.pause(this.#pausedAt === null);
    } else if (event.key === "Escape") {
      this.#left();
    } else if (by !== undefined) {
      event.preventDefault();
      this.#step(row, by);
    }
  }

  /** Looks into the batch before or after the one that is looked into. */
  #step({ timeline, history }, by) {
    if (this.#pausedAt === null) {
      this.pause(true);
    }
    const { batches } = history;
    if (batches.length === 0) {
      return;
    }
    const now = this.#inspected === null ? history.indexAfter(this.#pausedAt) : batches.indexOf(this.#inspected);
    const next = Math.max(0, Math.min(batches.length - 1, now + by));
    const batch = batches[next];
    this.#inspected = batch;
    this.#follow(batch);
    const { left, top, bottom } = timeline.canvas.getBoundingClientRect();
    const x = left + timeline.x((batch.start + batch.end) / 2, this.#view());
    this.#inspector.show(batch, { x, top, bottom });
    announce(this.#inspector.describe(batch));
    this.redraw();
  }

  /** Moves the window so that a batch lies in it. */
  #follow({ start, end }) {
    const { from, to } = this.#view();
    if (start < from) {
      this.#pausedAt -= from - start;
    } else if (end > to) {
      this.#pausedAt += end - to;
    }
  }
}
