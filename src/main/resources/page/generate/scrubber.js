/** Goes through the steps of a generation: by hand, or by itself like a film. */
import { element, setText } from "../dom.js";
import { icon } from "../icons.js";

const FILM_MS = 3000;

export class Scrubber {
  #generation;
  #changed;
  /** Position among the generation's steps; null follows the newest. */
  #position = null;
  #playing = 0;

  /** @param changed is called when another step is to be shown */
  constructor(generation, changed) {
    this.#generation = generation;
    this.#changed = changed;
    this.play = element("button", { type: "button", class: "quiet", onclick: () => this.#toggle() });
    this.slider = element("input", {
      type: "range",
      min: 0,
      step: 1,
      "aria-label": "Step that is shown",
      oninput: () => this.#moved(),
    });
    this.reading = element("output", { class: "reading", "aria-live": "off" });
    this.root = element("div", { class: "scrubber" }, this.play, this.slider, this.reading);
    this.#showPlaying();
  }

  /** Step that is shown; 0 before the first. */
  get step() {
    const { steps } = this.#generation;
    return (this.#position === null ? steps.at(-1) : steps[this.#position]) ?? 0;
  }

  update() {
    const { steps, of } = this.#generation;
    const last = Math.max(0, steps.length - 1);
    if (this.#position !== null && this.#position > last) {
      this.#position = null;
    }
    this.slider.max = last;
    this.slider.value = this.#position ?? last;
    this.slider.disabled = steps.length < 2;
    this.play.disabled = steps.length < 2;
    const text = of === 0 ? "" : `${this.step} of ${of}`;
    this.slider.setAttribute("aria-valuetext", `step ${text}`);
    setText(this.reading, text);
  }

  #moved() {
    this.#stop();
    const position = Number(this.slider.value);
    this.#position = position === this.#generation.steps.length - 1 ? null : position;
    this.#changed();
  }

  #toggle() {
    if (this.#playing !== 0) {
      this.#stop();
      return;
    }
    const { steps } = this.#generation;
    if (this.#position === null) {
      this.#position = 0;
      this.#changed();
    }
    const each = Math.min(250, Math.max(16, FILM_MS / steps.length));
    this.#playing = setInterval(() => this.#advance(), each);
    this.#showPlaying();
  }

  #advance() {
    this.#position = (this.#position ?? 0) + 1;
    if (this.#position >= this.#generation.steps.length - 1) {
      this.#position = null;
      this.#stop();
    }
    this.#changed();
  }

  #stop() {
    clearInterval(this.#playing);
    this.#playing = 0;
    this.#showPlaying();
  }

  #showPlaying() {
    const plays = this.#playing !== 0;
    this.play.replaceChildren(icon(plays ? "pause" : "play"));
    this.play.setAttribute("aria-label", plays ? "Pause" : "Play the steps");
  }
}
