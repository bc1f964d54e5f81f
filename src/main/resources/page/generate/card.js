/** A generation on the page: its images as they form, what made them, and what can be done. */
import { announce } from "../announcer.js";
import { colour } from "../colour.js";
import { element, oncePerFrame, setText } from "../dom.js";
import { icon } from "../icons.js";
import { isDark } from "../theme.js";
import { savePicture, saveFilm } from "./save.js";
import { Scrubber } from "./scrubber.js";
import { columns, Tile } from "./sheet.js";
import { parameterText, stateText } from "./words.js";

export class Card {
  #generation;
  #actions;
  #tiles = [];
  /** The image that is shown alone, or null. */
  #alone = null;
  #countdown = 0;

  /**
   * @param actions `cancel`, `again`, `remove`, `copy`: called with the generation and the button;
   *     `point`: called with the generation and the index of an image that is pointed at, or null
   */
  constructor(generation, actions) {
    this.#generation = generation;
    this.#actions = actions;
    this.update = oncePerFrame(() => this.#draw());
    this.#build();
    generation.addEventListener("change", this.update);
    this.update();
  }

  #build() {
    const generation = this.#generation;
    this.title = element("h3", {}, generation.request.prompt || "no label");
    this.status = element("span", { class: "status" });
    this.progress = element("progress", { max: 1, "aria-label": "Progress" });
    this.sheet = element("div", { class: "sheet" });
    this.scrubber = new Scrubber(generation, this.update);
    this.parameters = element("p", { class: "parameters" });
    this.problem = element("p", { class: "problem", hidden: true });
    this.buttons = this.#buildButtons();
    this.pager = this.#buildPager();
    this.root = element(
      "article",
      { class: "card", "data-generation": generation.id },
      element("header", {}, this.title, this.status, this.buttons.remove, this.buttons.cancel),
      this.progress,
      this.sheet,
      this.pager.root,
      this.scrubber.root,
      this.parameters,
      this.problem,
      element(
        "div",
        { class: "actions" },
        this.buttons.picture,
        this.buttons.film,
        this.buttons.copy,
        this.buttons.again,
      ),
    );
  }

  #buildButtons() {
    const button = (text, onclick, className = "small") =>
      element("button", { type: "button", class: className, onclick }, text);
    const act = (name) => (event) => this.#actions[name](this.#generation, event.currentTarget);
    const named = (name, made) => {
      made.setAttribute("aria-label", name);
      made.title = name;
      return made;
    };
    return {
      remove: named("Remove from the page", button(icon("close"), act("remove"), "quiet")),
      cancel: button("Cancel", act("cancel")),
      picture: named("Save PNG", button("PNG", () => this.#save(savePicture))),
      film: named("Save film", button("Film", () => this.#save(saveFilm))),
      copy: named("Copy as curl", button("curl", act("copy"))),
      again: button("Run again", act("again")),
    };
  }

  #buildPager() {
    const go = (by) => () => this.#showAlone((this.#alone + by + this.#generation.n) % this.#generation.n);
    const arrow = (name, label, by) =>
      element("button", { type: "button", class: "quiet", "aria-label": label, onclick: go(by) }, icon(name));
    const reading = element("output", { class: "reading" });
    const all = element(
      "button",
      { type: "button", class: "small", onclick: () => this.#showAlone(null) },
      "All",
    );
    const previous = arrow("back", "Previous image", -1);
    const next = arrow("forward", "Next image", 1);
    const root = element("div", { class: "pager", hidden: true }, previous, reading, next, all);
    return { root, reading, all };
  }

  #draw() {
    const generation = this.#generation;
    this.#fitTiles();
    this.scrubber.update();
    const { step } = this.scrubber;
    this.#tiles.forEach((tile, index) => this.#drawTile(tile, index, step));
    this.root.dataset.state = generation.state;
    this.root.dataset.shownStep = step;
    this.root.dataset.steps = generation.steps.length;
    this.root.dataset.globalId = generation.globalId ?? "";
    setText(this.status, stateText(generation));
    setText(this.parameters, parameterText(generation));
    this.progress.value = generation.progress;
    this.progress.hidden = generation.ended;
    this.#drawProblem();
    this.#drawButtons();
  }

  #fitTiles() {
    const { n } = this.#generation;
    if (this.#tiles.length === n) {
      return;
    }
    this.#alone = null;
    this.#tiles = Array.from({ length: n }, (_, index) => this.#buildTile(index));
    this.sheet.replaceChildren(...this.#tiles.map(({ root }) => root));
    this.#layOut();
  }

  #buildTile(index) {
    const tile = new Tile();
    const point = (at) => () => this.#actions.point(this.#generation, at);
    const listeners = {
      onpointerenter: point(index),
      onpointerleave: point(null),
      onfocusin: point(index),
      onfocusout: point(null),
    };
    const mark = element("span", { class: "mark" });
    const root =
      this.#generation.n === 1
        ? element("div", { class: "tile", ...listeners }, tile.canvas, mark)
        : element(
            "button",
            { type: "button", class: "tile", onclick: () => this.#clicked(index), ...listeners },
            tile.canvas,
            mark,
          );
    return { index, tile, mark, root };
  }

  #clicked(index) {
    this.#showAlone(this.#alone === null ? index : null);
  }

  #showAlone(index) {
    const hadFocus = this.pager.root.contains(document.activeElement);
    const before = this.#alone;
    this.#alone = index;
    this.#layOut();
    if (hadFocus && index === null) {
      this.#tiles[before].root.focus();
    }
    this.update();
  }

  #layOut() {
    const { n } = this.#generation;
    const alone = this.#alone;
    this.sheet.style.setProperty("--columns", alone === null ? columns(n) : 1);
    this.#tiles.forEach(({ root, index }) => {
      root.hidden = alone !== null && alone !== index;
    });
    this.pager.root.hidden = alone === null;
    setText(this.pager.reading, alone === null ? "" : `image ${alone + 1} of ${n}`);
  }

  #drawTile({ tile, mark, root }, index, step) {
    const generation = this.#generation;
    tile.show(generation.frameAt(index, step));
    const failure = generation.failureOf(index);
    root.classList.toggle("failed", failure !== null);
    root.title = failure ?? "";
    tile.canvas.setAttribute("aria-label", this.#tileName(index, failure));
    const id = generation.globalId;
    mark.style.background = id === null ? "" : colour(id, index, isDark());
  }

  #tileName(index, failure) {
    const name = this.#generation.n === 1 ? "Image" : `Image ${index + 1} of ${this.#generation.n}`;
    return `${name}: ${failure ?? (this.#generation.request.prompt || "no label")}`;
  }

  #drawProblem() {
    const { state, error, retryAt } = this.#generation;
    const text = state === "lost" ? "The connection was lost before it was done." : (error?.message ?? "");
    const left = retryAt === null ? 0 : Math.ceil((retryAt - Date.now()) / 1000);
    setText(this.problem, left > 0 ? `${text} It can be tried again in ${left} s.` : text);
    this.problem.hidden = text === "";
    this.buttons.again.disabled = left > 0;
    clearTimeout(this.#countdown);
    if (left > 0) {
      this.#countdown = setTimeout(this.update, 250);
    }
  }

  #drawButtons() {
    const generation = this.#generation;
    const shown = this.#shown().some((index) => generation.frameAt(index, this.scrubber.step) !== null);
    const hadFocus = document.activeElement === this.buttons.cancel;
    this.buttons.cancel.hidden = generation.ended;
    this.buttons.remove.hidden = !generation.ended;
    this.buttons.picture.disabled = !shown;
    this.buttons.film.disabled = !shown || generation.steps.length < 2;
    this.buttons.again.hidden = !generation.ended;
    if (generation.ended && hadFocus) {
      this.buttons.again.focus();
    }
  }

  #shown() {
    return this.#alone === null ? this.#tiles.map(({ index }) => index) : [this.#alone];
  }

  async #save(save) {
    try {
      await save(this.#generation, this.#shown(), this.scrubber.step);
    } catch (failure) {
      announce(`It could not be saved: ${failure.message}`);
      throw failure;
    }
  }
}
