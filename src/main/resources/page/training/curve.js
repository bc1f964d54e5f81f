/** The losses of a training as two lines. */
import { byId, setText } from "../dom.js";

const WIDTH = 600;
const HEIGHT = 120;

export class LossCurve {
  #training;

  constructor(training) {
    this.#training = training;
    training.addEventListener("status", () => this.#show());
  }

  #show() {
    const points = this.#training.status?.curve ?? [];
    const validations = points
      .filter(({ validation_loss: loss }) => loss !== null)
      .map(({ step, validation_loss: loss }) => ({ step, loss }));
    const end = points.at(-1)?.step ?? 1;
    const top = topOf([...points, ...validations].map(({ loss }) => loss));
    byId("curve-loss").setAttribute("points", line(points, end, top));
    byId("curve-validation").setAttribute("points", line(validations, end, top));
    byId("curve").hidden = points.length === 0;
    setText(byId("curve-top"), top.toPrecision(2));
    setText(byId("curve-end"), `update ${end}`);
    byId("curve-picture").setAttribute("aria-label", describe(points, validations));
  }
}

/** Returns the top of the axis: a little above what all but the very first losses reach. */
function topOf(losses) {
  const sorted = losses.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted.length === 0 ? 1 : 1.1 * sorted[Math.floor(0.98 * (sorted.length - 1))] || 1;
}

function line(points, end, top) {
  return points
    .map(({ step, loss }) => {
      const x = (step / end) * WIDTH;
      const y = HEIGHT * (1 - Math.min(1, loss / top));
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");
}

function describe(points, validations) {
  if (points.length === 0) {
    return "No losses yet.";
  }
  const ends = (row) => `from ${row[0].loss.toFixed(4)} to ${row.at(-1).loss.toFixed(4)}`;
  const validation = validations.length === 0 ? "" : `; validation loss ${ends(validations)}`;
  return `Loss ${ends(points)} in ${points.at(-1).step} updates${validation}.`;
}
