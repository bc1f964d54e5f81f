/** Begins, holds and ends a training, and says where it is. */
import { announce } from "../announcer.js";
import { byId, element, setText } from "../dom.js";

const STATES = {
  idle: "not training",
  running: "training",
  paused: "paused",
  stopping: "stopping",
  finished: "finished",
  failed: "failed",
};
const NUMBERS = ["steps", "batch_size", "learning_rate", "publish_every_steps"];

export class TrainingControls {
  #training;
  #said = null;

  constructor(training) {
    this.#training = training;
    training.addEventListener("status", () => this.#show());
    byId("training-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#order("POST", "v1/training", this.#request());
    });
    byId("training-pause").addEventListener("click", () => {
      const action = training.status?.state === "paused" ? "resume" : "pause";
      this.#order("POST", `v1/training:${action}`);
    });
    byId("training-stop").addEventListener("click", () => this.#order("DELETE", "v1/training"));
    byId("training-model").addEventListener("change", ({ target }) => training.choose(target.value));
  }

  /** Offers these models. */
  offer(models) {
    const choice = byId("training-model");
    const names = models.map(({ id }) => id);
    if (names.join() === [...choice.options].map(({ value }) => value).join()) {
      return;
    }
    choice.replaceChildren(...names.map((name) => element("option", { value: name }, name)));
    this.#training.choose(choice.value);
  }

  #request() {
    const request = { model: byId("training-model").value };
    for (const name of NUMBERS) {
      const { value } = byId(`training-${name}`);
      if (value.trim() !== "") {
        request[name] = Number(value);
      }
    }
    return request;
  }

  async #order(method, path, body) {
    this.#complain(null);
    try {
      await this.#training.order(method, path, body);
    } catch (failure) {
      this.#complain(failure);
    }
  }

  #complain(failure) {
    document.querySelectorAll("#training-form [aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    const problem = byId("training-problem");
    problem.hidden = failure === null;
    setText(problem, failure?.message ?? "");
    if (failure !== null) {
      byId(`training-${failure.error?.param}`)?.setAttribute("aria-invalid", "true");
      announce(failure.message);
    }
  }

  #show() {
    const { status, isUnderWay } = this.#training;
    byId("training").hidden = status === null;
    if (status === null) {
      return;
    }
    byId("training").dataset.state = status.state;
    setText(byId("training-state"), STATES[status.state] ?? status.state);
    byId("training-start").disabled = isUnderWay;
    byId("training-pause").disabled = !["running", "paused"].includes(status.state);
    byId("training-stop").disabled = !["running", "paused"].includes(status.state);
    setText(byId("training-pause"), status.state === "paused" ? "Resume" : "Pause");
    setText(byId("training-step"), status.of === 0 ? "–" : `${status.step} of ${status.of}`);
    setText(byId("training-loss"), decimals(status.loss?.smoothed));
    setText(byId("training-validation"), decimals(status.validation_loss));
    setText(byId("training-rate"), decimals(status.images_per_second, 1));
    byId("training-error").hidden = status.error === null;
    setText(byId("training-error"), status.error ?? "");
    this.#tell(status);
  }

  /** Those who listen hear of beginnings and ends, not of steps. */
  #tell({ state, error }) {
    if (this.#said !== null && this.#said !== state) {
      announce([`Training: ${STATES[state] ?? state}.`, error].filter(Boolean).join(" "));
    }
    this.#said = state;
  }
}

function decimals(number, count = 4) {
  return number === null || number === undefined ? "–" : number.toFixed(count);
}
