/** The versions of a model's weights, each with a button that takes it into use. */
import { announce } from "../announcer.js";
import { byId, element, setText } from "../dom.js";

export class Versions {
  #training;
  #shown = "";
  #refusal = null;

  constructor(training) {
    this.#training = training;
    training.addEventListener("snapshots", () => this.#show());
  }

  #show() {
    const { snapshots, problem } = this.#training;
    this.#complain(problem === null ? null : `The versions could not be asked for: ${problem}`);
    const state = JSON.stringify(snapshots);
    if (state === this.#shown) {
      return;
    }
    this.#shown = state;
    const focused = document.activeElement?.dataset?.version;
    byId("version-rows").replaceChildren(
      ...(snapshots?.data ?? []).map((version) => this.#row(version, snapshots)),
    );
    if (focused !== undefined) {
      (document.querySelector(`[data-version="${focused}"]`) ?? byId("versions")).focus();
    }
  }

  #row({ snapshot, step, created, metrics }, { model, current, canary }) {
    const name = snapshot.slice(0, 8);
    const isCurrent = snapshot === current;
    const loss = metrics.validation_loss ?? metrics.loss;
    const share = canary?.snapshot === snapshot ? `${+(100 * canary.share).toPrecision(3)} % of new images` : null;
    const action = isCurrent
      ? element("span", { class: "hint" }, "current")
      : element(
          "button",
          {
            type: "button",
            class: "small",
            "data-version": snapshot,
            "aria-label": `Activate ${name}`,
            title: share,
            onclick: ({ currentTarget }) => this.#activate(model, snapshot, currentTarget),
          },
          "Activate",
        );
    return element(
      "tr",
      { "data-current": isCurrent },
      element("th", { scope: "row", title: snapshot }, name),
      element("td", {}, String(step)),
      element("td", {}, loss === undefined ? "–" : loss.toFixed(4)),
      published(new Date(created * 1000)),
      element("td", {}, action),
    );
  }

  async #activate(model, snapshot, button) {
    const name = snapshot.slice(0, 8);
    button.textContent = "Activating…";
    this.#refused(null);
    try {
      await this.#training.order(
        "POST",
        `v1/models/${encodeURIComponent(model)}/snapshots/${encodeURIComponent(snapshot)}:activate`,
      );
      announce(`${name} is current.`);
    } catch (failure) {
      this.#refused(failure.message);
      announce(failure.message);
    } finally {
      button.textContent = "Activate";
    }
  }

  #refused(text) {
    this.#refusal = text;
    this.#complain(null);
  }

  /** Says why the versions are not known, else why the last one was not taken into use. */
  #complain(problem) {
    const { snapshots } = this.#training;
    const refused = snapshots?.refused ?? null;
    const reason =
      refused === null ? null : `${refused.snapshot.slice(0, 8)} was not taken into use: ${refused.reason}`;
    const text = problem ?? this.#refusal ?? reason;
    byId("version-problem").hidden = text === null;
    setText(byId("version-problem"), text ?? "");
  }
}

/** Returns a cell with the time, and with the day unless it is today. */
function published(date) {
  const isToday = date.toDateString() === new Date().toDateString();
  const day = isToday ? {} : { month: "short", day: "numeric" };
  const text = date.toLocaleString(undefined, { ...day, hour: "numeric", minute: "2-digit" });
  return element("td", { title: date.toLocaleString() }, text);
}
