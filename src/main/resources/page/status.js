/** Whether there is a connection, seen at all times; and the key that the server may ask for. */
import { announce } from "./announcer.js";
import { byId, setText } from "./dom.js";
import { fetchModels, ServerError, useApiKey } from "./wire/server.js";

const TEXTS = { connecting: "connecting", open: "connected", stopped: "not connected" };

export class ConnectionStatus {
  #connection;
  #form;
  #offer;
  #countdown = 0;
  #wasOpen = false;

  /** @param offer told what is served whenever that was asked */
  constructor(connection, form, offer) {
    this.#connection = connection;
    this.#form = form;
    this.#offer = offer;
    connection.addEventListener("state", () => this.#changed());
    byId("reconnect").addEventListener("click", () => this.begin());
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => this.#hurry());
    byId("key-form").addEventListener("submit", (event) => {
      event.preventDefault();
      useApiKey(byId("key").value.trim());
      this.begin();
    });
  }

  /** Learns what is served, then opens the websocket. */
  async begin() {
    try {
      await this.#learn();
      byId("key-form").hidden = true;
    } catch (failure) {
      if (failure instanceof ServerError && failure.status === 401) {
        this.#askForKey(failure);
        return;
      }
    }
    this.#connection.connect();
  }

  async #learn() {
    const models = await fetchModels();
    this.#form.offer(models);
    this.#offer(models);
  }

  #askForKey(failure) {
    this.#connection.stop();
    byId("key-form").hidden = false;
    setText(byId("key-error"), failure.message);
    byId("key").focus();
  }

  #hurry() {
    if (this.#connection.state === "waiting" && !document.hidden) {
      this.begin();
    }
  }

  async #changed() {
    const { state } = this.#connection;
    document.documentElement.dataset.connection = state;
    this.#form.connected = state === "open";
    byId("reconnect").hidden = state !== "waiting";
    this.#show();
    if (state === "open") {
      announce(this.#wasOpen ? "The connection is back." : "Connected.");
      this.#wasOpen = true;
    } else if (state === "waiting" && this.#wasOpen) {
      announce("The connection was lost; it is tried again.");
    }
    if (state === "open" || state === "waiting") {
      await this.#refresh();
    }
  }

  /** A server that was started anew may serve other models than before, or want another key. */
  async #refresh() {
    try {
      await this.#learn();
    } catch (failure) {
      if (failure instanceof ServerError && failure.status === 401) {
        this.#askForKey(failure);
      }
    }
  }

  #show() {
    const { state, retryAt } = this.#connection;
    clearTimeout(this.#countdown);
    if (state === "waiting") {
      const left = Math.max(1, Math.ceil((retryAt - Date.now()) / 1000));
      setText(byId("connection"), `connection lost, next try in ${left} s`);
      this.#countdown = setTimeout(() => this.#show(), 250);
    } else {
      setText(byId("connection"), TEXTS[state]);
    }
  }
}
