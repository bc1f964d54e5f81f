/** Who is in a batch: a small table beside the pointer or the inspected batch. */
import { colour } from "../colour.js";
import { byId, element } from "../dom.js";
import { isDark } from "../theme.js";

const MARGIN = 12;

export class Inspector {
  #root = byId("inspector");
  #shown = null;

  /** @param nameOf returns what a generation is called here */
  constructor(nameOf) {
    this.nameOf = nameOf;
  }

  /**
   * Shows a batch.
   *
   * @param anchor place on the screen that must stay free: `x`, `top` and `bottom`
   */
  show(batch, anchor) {
    if (this.#shown !== batch) {
      this.#shown = batch;
      this.#root.replaceChildren(this.#heading(batch), this.#table(batch));
      this.#root.dataset.batch = batch.batch;
      this.#root.hidden = false;
    }
    this.#place(anchor);
  }

  hide() {
    this.#shown = null;
    this.#root.hidden = true;
  }

  /** Returns in words who is in a batch. */
  describe(batch) {
    const rows = groups(batch).map(
      (group) => `${this.nameOf(group.generation)}, ${images(group)}, step ${group.step} of ${group.of}`,
    );
    return `Batch ${batch.batch}, ${(batch.end - batch.start).toFixed(1)} milliseconds: ${rows.join("; ")}`;
  }

  #heading(batch) {
    const took = (batch.end - batch.start).toFixed(1);
    const title = element("strong", {}, `Batch ${batch.batch}`);
    return element("p", {}, title, ` ${took} ms · ${batch.rows} rows · ${batch.snapshot.slice(0, 8)}`);
  }

  #table(batch) {
    const rows = groups(batch).map((group) => {
      const swatches = group.indices.slice(0, 8).map((index) => {
        const swatch = element("span", { class: "swatch" });
        swatch.style.background = colour(group.generation, index, isDark());
        return swatch;
      });
      return element(
        "tr",
        { "data-generation": group.generation, "data-of": group.of },
        element("td", { class: "swatches" }, ...swatches),
        element("td", {}, this.nameOf(group.generation)),
        element("td", {}, images(group)),
        element("td", { class: "number" }, `${group.step} of ${group.of}`),
      );
    });
    return element("table", {}, element("tbody", {}, ...rows));
  }

  #place({ x, top, bottom }) {
    const { style, offsetWidth: width, offsetHeight: height } = this.#root;
    const left = Math.max(MARGIN, Math.min(innerWidth - width - MARGIN, x - width / 2));
    const above = top - height - MARGIN;
    style.left = `${left}px`;
    style.top = `${above > MARGIN ? above : Math.min(bottom + MARGIN, innerHeight - height - MARGIN)}px`;
  }
}

/** Images of one generation at the same step are one row. */
function groups({ cells }) {
  const found = new Map();
  for (const { generation, index, step, of } of cells) {
    const key = `${generation}/${step}`;
    const group = found.get(key) ?? { generation, step, of, indices: [] };
    group.indices.push(index);
    found.set(key, group);
  }
  return [...found.values()];
}

function images({ indices }) {
  return indices.length === 1 ? `image ${indices[0] + 1}` : `${indices.length} images`;
}
