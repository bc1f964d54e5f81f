/** What is asked for: fields, their errors, and the request that they make. */
import { byId, element, setText } from "../dom.js";
import { copyCommand } from "./copy.js";

const NUMBERS = ["steps", "n", "guidance", "eta", "deadline_ms", "priority", "preview_every"];
const MIX = [10, 50, 250];
const MIX_IMAGES = 2;
const SEEDS = 100_000_000;

export class RequestForm {
  #form = byId("request");
  #models = [];
  #submit;

  /** @param submit is called with one request, or with several that belong together */
  constructor(submit) {
    this.#submit = submit;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send([{}]);
    });
    byId("mix").addEventListener("click", () => this.#send(this.#mix()));
    byId("copy-request").addEventListener("click", ({ currentTarget }) =>
      copyCommand(this.request(), currentTarget),
    );
    byId("dice").addEventListener("click", () => this.#roll());
    this.#field("model").addEventListener("change", () => this.#modelChanged());
    this.#field("prompt").addEventListener("change", () => this.#labelChanged());
    this.#form.addEventListener("input", ({ target }) => this.#clearError(target.name));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.#form.requestSubmit();
      }
    });
    this.#roll();
  }

  /** Offers models; keeps what is chosen where that is still possible. */
  offer(models) {
    this.#models = models;
    const chosen = this.#field("model").value;
    this.#fill("model", models.map(({ id }) => [id, id]), chosen);
    this.#modelChanged();
  }

  /** Says whether there is a connection to ask on. */
  set connected(connected) {
    byId("generate").disabled = !connected;
    byId("mix").disabled = !connected;
  }

  /** Returns the request that the fields make; what is left empty is left to the server. */
  request() {
    const request = { model: this.#field("model").value, prompt: this.#field("prompt").value };
    request.solver = this.#field("solver").value;
    for (const name of NUMBERS) {
      const field = this.#field(name);
      if (field.value !== "" && !field.disabled) {
        request[name] = field.valueAsNumber;
      }
    }
    const preview = this.#field("preview").value;
    if (preview === "none") {
      request.preview_every = 0;
    } else {
      request.preview = preview;
    }
    request.seed = this.#field("seed").value.trim() || undefined;
    return request;
  }

  /** Shows an error at its field; returns false if it is that of no field. */
  showError({ param, message }) {
    const field = param === null ? null : this.#form.elements.namedItem(param);
    if (!(field instanceof Element)) {
      return false;
    }
    field.closest("details")?.setAttribute("open", "");
    field.setAttribute("aria-invalid", "true");
    setText(byId(`${param}-error`), message);
    field.focus();
    return true;
  }

  #send(variations) {
    this.#form.querySelectorAll("[aria-invalid]").forEach(({ name }) => this.#clearError(name));
    this.#submit(variations.map((variation) => ({ ...this.request(), ...variation })));
    if (!byId("keep-seed").checked) {
      this.#roll();
    }
  }

  #mix() {
    const { max_steps: most } = this.#model();
    return MIX.map((steps) => ({ steps: Math.min(steps, most), n: MIX_IMAGES }));
  }

  #roll() {
    const [seed] = crypto.getRandomValues(new Uint32Array(1));
    this.#field("seed").value = seed % SEEDS;
    this.#clearError("seed");
  }

  #modelChanged() {
    const model = this.#model();
    if (model === undefined) {
      return;
    }
    const labels = model.labels.map((label) => [label, label]);
    const none = model.none_label || labels.length === 0 ? [["", "none"]] : [];
    const label = this.#field("prompt").value || labels[0]?.[0];
    this.#fill("prompt", [...labels, ...none], label);
    const solver = this.#field("solver").value || model.default_solver;
    const solvers = model.solvers.map((name) => [name, name]);
    this.#fill("solver", solvers, model.solvers.includes(solver) ? solver : model.default_solver);
    this.#field("steps").max = model.max_steps;
    setText(byId("model-hint"), `${model.size}, ${model.ready ? "ready" : "not ready"}`);
    this.#labelChanged();
  }

  #labelChanged() {
    const possible = this.#model().none_label && this.#field("prompt").value !== "";
    this.#field("guidance").disabled = !possible;
    const reason = this.#model().none_label ? "needs a label" : "not with this model";
    setText(byId("guidance-hint"), possible ? "" : reason);
  }

  #model() {
    return this.#models.find(({ id }) => id === this.#field("model").value) ?? this.#models[0];
  }

  #fill(name, options, chosen) {
    const select = this.#field(name);
    select.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
    if (options.some(([value]) => value === chosen)) {
      select.value = chosen;
    }
  }

  #clearError(name) {
    const error = byId(`${name}-error`);
    if (error !== null && error.textContent !== "") {
      setText(error, "");
      this.#field(name).removeAttribute("aria-invalid");
    }
  }

  #field(name) {
    return this.#form.elements.namedItem(name);
  }
}
