/** The fleet in numbers, once a second, and who is seen on the timelines. */
import { colour } from "../colour.js";
import { byId, element, setText } from "../dom.js";
import { isDark } from "../theme.js";
import { fetchMetrics } from "../wire/server.js";
import { histogramPercentile, percentile, PERCENTILES } from "./percentiles.js";

const EVERY_MS = 1000;
const METRICS_EVERY = 5;
const MOST_LATENCIES = 10_000;
const MOST_IN_LEGEND = 8;
const LEGEND_OVER_MS = 3000;
const TREND_POINTS = 60;

export class Figures {
  #fleet;
  #nameOf;
  #owns;
  #latencies = [];
  #trends = { waiting: [], rate: [] };
  #ticks = 0;
  #hasMetrics = true;

  constructor(fleet, generations, nameOf, owns) {
    this.#fleet = fleet;
    this.#nameOf = nameOf;
    this.#owns = owns;
    generations.addEventListener("ended", ({ detail }) => this.#ended(detail));
    fleet.addEventListener("status", () => this.#showStatus());
    setInterval(() => this.#tick(), EVERY_MS);
    this.#showLatencies("page", PERCENTILES.map(() => null));
  }

  #ended({ state, tookMs }) {
    if (state === "completed") {
      this.#latencies.push(tookMs);
      this.#latencies.splice(0, this.#latencies.length - MOST_LATENCIES);
      this.#showLatencies("page", PERCENTILES.map((p) => percentile(this.#latencies, p)));
      figure("page-count", `this page, ${this.#latencies.length} done`);
    }
  }

  #tick() {
    if (document.hidden) {
      return;
    }
    const { steps, rows, mixed } = this.#fleet.rates();
    figure("rate", this.#fleet.status === null ? "–" : Math.round(steps).toLocaleString("en"));
    const most = Math.max(0, ...(this.#fleet.status?.models.map(({ batch_rows }) => batch_rows) ?? []));
    figure("fill", rows === null || most === 0 ? "–" : `${rows.toFixed(1)} of ${most}`);
    figure("shared", mixed === null ? "–" : `${Math.round(100 * mixed)} %`);
    this.#trend("rate", steps);
    this.#trend("waiting", waiting(this.#fleet.status));
    this.#showLegend();
    if (this.#fleet.status === null) {
      this.#hasMetrics = true;
    } else if (this.#hasMetrics && this.#ticks++ % METRICS_EVERY === 0) {
      this.#showMetrics();
    }
  }

  #showStatus() {
    const { status, dropped } = this.#fleet;
    const sum = (name) => status?.models.reduce((total, model) => total + model[name], 0) ?? "–";
    figure("waiting", sum("waiting_images"));
    figure("in-flight", sum("in_flight_images"));
    figure("unfinished", status === null ? "–" : `${status.unfinished_images} of ${status.max_unfinished_images}`);
    byId("draining").hidden = !status?.draining;
    byId("dropped").hidden = dropped === 0;
    setText(byId("dropped"), `${dropped.toLocaleString("en")} batches are not shown: this page was too slow for them.`);
    byId("snapshots").replaceChildren(...(status?.models.map((model) => this.#snapshots(model)) ?? []));
  }

  /** A model's weights: those that new images begin on, and those that batches still run on. */
  #snapshots({ name, snapshot }) {
    const to = this.#fleet.clock.now();
    const inUse = [...this.#fleet.histories.values()]
      .filter(({ model }) => model === name)
      .flatMap((history) => history.between(to - LEGEND_OVER_MS, to))
      .map((batch) => batch.snapshot);
    const versions = [...new Set([snapshot, ...inUse])].map((version) =>
      element("code", { title: version }, version.slice(0, 8)),
    );
    return element("li", {}, `${name} `, ...versions.flatMap((version, i) => (i === 0 ? [version] : [", until done ", version])));
  }

  #showLegend() {
    const to = this.#fleet.clock.now();
    const seen = new Map();
    for (const history of this.#fleet.histories.values()) {
      for (const { cells } of history.between(to - LEGEND_OVER_MS, to)) {
        cells.forEach((cell) => seen.set(cell.generation, cell));
      }
    }
    const all = [...seen.values()].sort((a, b) => this.#owns(b.generation) - this.#owns(a.generation));
    const entries = all.slice(0, MOST_IN_LEGEND).map((cell) => this.#legendEntry(cell));
    if (all.length > MOST_IN_LEGEND) {
      entries.push(element("li", {}, `and ${all.length - MOST_IN_LEGEND} more`));
    }
    byId("legend").replaceChildren(...entries);
  }

  #legendEntry({ generation, step, of }) {
    const owned = this.#owns(generation);
    const swatch = element("span", { class: owned ? "swatch" : "swatch pale" });
    swatch.style.setProperty("--colour", colour(generation, 0, isDark()));
    return element("li", {}, swatch, `${this.#nameOf(generation)} ${step}/${of}`);
  }

  async #showMetrics() {
    const text = (await fetchMetrics()) ?? "";
    this.#hasMetrics = text !== "";
    const read = (name) => PERCENTILES.map((p) => toMs(histogramPercentile(text, name, p)));
    this.#showLatencies("queue", read("stepwise_generation_queue_seconds"));
    this.#showLatencies("run", read("stepwise_generation_run_seconds"));
  }

  #showLatencies(row, values) {
    byId(`latency-${row}`).hidden = row !== "page" && values.every((value) => value === null);
    PERCENTILES.forEach((p, i) => {
      figure(`${row}-p${100 * p}`, values[i] === null ? "–" : duration(values[i]));
    });
  }

  #trend(name, value) {
    const values = this.#trends[name];
    values.push(value);
    values.splice(0, values.length - TREND_POINTS);
    const most = Math.max(1, ...values);
    const points = values.map((v, i) => `${60 - values.length + i},${(15 - (14 * v) / most).toFixed(1)}`);
    byId(`trend-${name}`).setAttribute("points", points.join(" "));
  }
}

function figure(name, text) {
  setText(byId(`figure-${name}`), String(text));
}

function waiting(status) {
  return status?.models.reduce((total, model) => total + model.waiting_images, 0) ?? 0;
}

function toMs(seconds) {
  return seconds === null ? null : 1000 * seconds;
}

function duration(ms) {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}
