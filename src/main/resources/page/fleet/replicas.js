/** One row for every replica: what it is, how it is, and its timeline. */
import { byId, element, setText } from "../dom.js";
import { replicaName } from "./history.js";
import { Timeline } from "./timeline.js";

const HEIGHT_OF_ALL = 190;
const STATES = {
  ready: "ready",
  starting: "starting",
  restarting: "restarting",
  cannot_start: "cannot start",
  given_up: "given up",
};

export class ReplicaRows {
  #fleet;
  #stage;
  #rows = new Map();

  constructor(fleet, stage) {
    this.#fleet = fleet;
    this.#stage = stage;
  }

  /** Shows the replicas that there are now. */
  update() {
    const { status } = this.#fleet;
    if (status === null) {
      return;
    }
    const replicas = status.models.flatMap((model) =>
      model.replicas.map((replica) => {
        const called = replicaName(replica.node, replica.slot);
        return { model, replica, called, key: `${model.name}/${called}` };
      }),
    );
    this.#removeAllBut(new Set(replicas.map(({ key }) => key)));
    const height = HEIGHT_OF_ALL / replicas.length;
    replicas.forEach(({ model, replica, called, key }) => {
      const row = this.#rows.get(key) ?? this.#add(key, model, called);
      this.#show(row, model, replica, Math.max(32, height));
    });
  }

  #add(key, model, called) {
    const history = this.#fleet.history(model.name, called);
    const timeline = new Timeline(history);
    const { canvas } = timeline;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-roledescription", "timeline");
    canvas.setAttribute(
      "aria-label",
      `Batches of ${model.name}, replica ${called}. Arrow keys go from batch to batch, space pauses.`,
    );
    const state = element("span", { class: "state" });
    const detail = element("span", { class: "detail" });
    const [where, slot] = called.split(/(?<=\/)/);
    const name = element("span", { class: "name" }, `${model.name} · ${where}`, element("wbr"), slot ?? "");
    const root = element("div", { class: "replica" }, element("div", { class: "who" }, name, state, detail), canvas);
    const row = { root, timeline, history, state, detail };
    this.#rows.set(key, row);
    byId("replicas").append(root);
    this.#stage.add(timeline, history);
    return row;
  }

  #show(row, model, { state, detail, restarts }, height) {
    row.timeline.fit(model.batch_rows, height);
    row.root.dataset.state = state;
    row.root.dataset.mixed = row.history.mixed;
    row.root.dataset.batches = row.history.batches.length;
    setText(row.state, STATES[state] ?? state);
    const times = restarts === 0 ? "" : `restarted ${restarts} ${restarts === 1 ? "time" : "times"}`;
    setText(row.detail, [detail, times].filter(Boolean).join(", "));
  }

  #removeAllBut(keys) {
    for (const [key, { root, timeline, history }] of this.#rows) {
      const { model, replica } = history;
      if (!keys.has(key) || this.#fleet.history(model, replica) !== history) {
        root.remove();
        this.#stage.remove(timeline);
        this.#rows.delete(key);
      }
    }
  }
}
