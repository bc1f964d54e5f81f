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
  absent: "no node trains",
};
const NUMBERS = ["steps", "batch_size", "learning_rate", "publish_every_steps"];

export class TrainingControls {
  #training;
  #models = [];
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
    byId("training-model").addEventListener("change", ({ target }) => this.#choose(target.value));
  }

  /** Offers these models. */
  offer(models) {
    this.#models = models;
    const choice = byId("training-model");
    const names = models.map(({ id }) => id);
    if (names.join() !== [...choice.options].map(({ value }) => value).join()) {
      choice.replaceChildren(...names.map((name) => element("option", { value: name }, name)));
      this.#choose(choice.value);
    }
  }

  #choose(name) {
    this.#training.choose(this.#models.find(({ id }) => id === name));
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
    const { status, isOff, isConnected, isUnderWay } = this.#training;
    const canHold = isConnected && ["running", "paused"].includes(status?.state);
    byId("training").dataset.state = isOff ? "off" : (status?.state ?? "unknown");
    byId("training-form").hidden = isOff;
    byId("training-progress").hidden = isOff;
    setText(byId("training-state"), stateText(this.#training));
    byId("training-start").disabled = !isConnected || isUnderWay;
    byId("training-pause").disabled = !canHold;
    byId("training-stop").disabled = !canHold;
    if (status === null) {
      return;
    }
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

function stateText({ status, isOff, isConnected }) {
  if (isOff) {
    return "not available here: set snapshots.folder";
  }
  const known = status === null ? "not known yet" : (STATES[status.state] ?? status.state);
  return isConnected ? known : `${known}, no connection`;
}

function decimals(number, count = 4) {
  return number === null || number === undefined ? "–" : number.toFixed(count);
}
