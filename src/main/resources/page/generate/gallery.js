/** The cards of the session, the newest first. */
import { announce } from "../announcer.js";
import { byId } from "../dom.js";
import { Card } from "./card.js";
import { copyCommand } from "./copy.js";
import { endText } from "./words.js";

export class Gallery {
  #generations;
  #cards = new Map();
  #root = byId("cards");

  /**
   * @param start asks for images once more
   * @param point is called with a generation and an image of it that is pointed at, or null
   */
  constructor(generations, start, point) {
    this.#generations = generations;
    const actions = {
      cancel: (generation) => generations.cancel(generation),
      again: ({ request }) => start(request),
      remove: (generation) => this.#removedByHand(generation),
      copy: ({ request, seed }, button) => copyCommand({ ...request, seed }, button),
      point,
    };
    generations.addEventListener("started", ({ detail }) => this.#add(detail, actions));
    generations.addEventListener("removed", ({ detail }) => this.#remove(detail));
    generations.addEventListener("ended", ({ detail }) => {
      announce(endText(detail));
      this.#showCount();
    });
    byId("clear").addEventListener("click", () => generations.removeEnded());
    this.#showCount();
  }

  /** Redraws what depends on the theme. */
  redraw() {
    this.#cards.forEach((card) => card.update());
  }

  #add(generation, actions) {
    const card = new Card(generation, actions);
    this.#cards.set(generation, card);
    this.#root.prepend(card.root);
    card.root.scrollIntoView({ block: "nearest" });
    this.#showCount();
  }

  #removedByHand(generation) {
    const { root } = this.#cards.get(generation);
    const next = root.nextElementSibling ?? root.previousElementSibling;
    this.#generations.remove(generation);
    (next?.querySelector("header button:not([hidden])") ?? byId("generate")).focus();
  }

  #remove(generation) {
    this.#cards.get(generation).root.remove();
    this.#cards.delete(generation);
    this.#showCount();
  }

  #showCount() {
    byId("no-cards").hidden = this.#cards.size > 0;
    byId("clear").hidden = !this.#generations.all.some(({ ended }) => ended);
  }
}
