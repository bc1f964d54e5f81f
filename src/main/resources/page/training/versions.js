/** The versions of a model's weights, each with a button that takes it into use. */
import { announce } from "../announcer.js";
import { byId, element, setText } from "../dom.js";

export class Versions {
  #training;
  #shown = "";

  constructor(training) {
    this.#training = training;
    training.addEventListener("status", () => this.#show());
  }

  #show() {
    const { snapshots } = this.#training;
    byId("versions").hidden = snapshots === null;
    const state = JSON.stringify(snapshots);
    if (snapshots === null || state === this.#shown) {
      return;
    }
    this.#shown = state;
    const focused = document.activeElement?.dataset?.version;
    byId("version-rows").replaceChildren(...snapshots.data.map((version) => this.#row(version, snapshots)));
    document.querySelector(`[data-version="${focused}"]`)?.focus();
  }

  #row({ snapshot, step, created, metrics }, { model, current }) {
    const name = snapshot.slice(0, 8);
    const isCurrent = snapshot === current;
    const loss = metrics.validation_loss ?? metrics.loss;
    const action = isCurrent
      ? element("span", { class: "hint" }, "current")
      : element(
          "button",
          {
            type: "button",
            class: "small",
            "data-version": snapshot,
            "aria-label": `Activate ${name}`,
            onclick: () => this.#activate(model, snapshot, name),
          },
          "Activate",
        );
    return element(
      "tr",
      { "data-current": isCurrent },
      element("th", { scope: "row", title: snapshot }, name),
      element("td", {}, String(step)),
      element("td", {}, loss === undefined ? "–" : loss.toFixed(4)),
      element("td", {}, new Date(created * 1000).toLocaleString()),
      element("td", {}, action),
    );
  }

  async #activate(model, snapshot, name) {
    byId("version-problem").hidden = true;
    try {
      await this.#training.order(
        "POST",
        `v1/models/${encodeURIComponent(model)}/snapshots/${encodeURIComponent(snapshot)}:activate`,
      );
      announce(`${name} is current.`);
    } catch (failure) {
      byId("version-problem").hidden = false;
      setText(byId("version-problem"), failure.message);
      announce(failure.message);
    }
  }
}
