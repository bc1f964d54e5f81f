/**
 * The websocket to the server: opened anew when it is lost, with growing random waits, so that the
 * clients of a restarted server do not come back all at once.
 *
 * Events: "state" when `state` changes; "message" with `detail.message`, a server's message, and
 * `detail.bytes`, the picture that came with it, or null.
 */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const PING_EVERY_MS = 10_000;
const SILENT_FOR_MS = 25_000;
const WITH_PICTURE = new Set(["step", "image", "samples"]);

export class Connection extends EventTarget {
  #open;
  #socket = null;
  #pending = null;
  #attempts = 0;
  #waiting = 0;
  #heartbeat = 0;
  #heardAt = 0;

  /** "connecting", "open", "waiting" (for `retryAt`, epoch milliseconds) or "stopped". */
  state = "stopped";
  retryAt = 0;

  /** @param {() => WebSocket} open makes a socket */
  constructor(open) {
    super();
    this.#open = open;
  }

  connect() {
    clearTimeout(this.#waiting);
    this.#drop();
    const socket = this.#open();
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => this.#opened(socket));
    socket.addEventListener("message", (event) => this.#received(socket, event.data));
    socket.addEventListener("close", () => this.#closed(socket));
    this.#socket = socket;
    this.#become("connecting");
  }

  /** Ends the connection and does not open another one. */
  stop() {
    clearTimeout(this.#waiting);
    this.#drop();
    this.#become("stopped");
  }

  /** Sends a message's JSON; returns false if there is no connection to send it on. */
  send(json) {
    if (this.state !== "open") {
      return false;
    }
    this.#socket.send(json);
    return true;
  }

  #opened(socket) {
    if (socket !== this.#socket) {
      return;
    }
    this.#heardAt = Date.now();
    this.#heartbeat = setInterval(() => this.#beat(), PING_EVERY_MS);
    this.#become("open");
  }

  #beat() {
    if (Date.now() - this.#heardAt > SILENT_FOR_MS) {
      this.#lost();
    } else {
      this.send('{"type":"ping"}');
    }
  }

  #received(socket, data) {
    if (socket !== this.#socket) {
      return;
    }
    this.#heardAt = Date.now();
    this.#attempts = 0;
    if (typeof data !== "string") {
      const message = this.#pending;
      this.#pending = null;
      if (message !== null) {
        this.#tell(message, new Uint8Array(data));
      }
      return;
    }
    const message = JSON.parse(data);
    if (WITH_PICTURE.has(message.type)) {
      this.#pending = message;
    } else {
      this.#tell(message, null);
    }
  }

  #tell(message, bytes) {
    this.dispatchEvent(new CustomEvent("message", { detail: { message, bytes } }));
  }

  #closed(socket) {
    if (socket === this.#socket) {
      this.#lost();
    }
  }

  #lost() {
    this.#drop();
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempts);
    const wait = longest * (0.5 + 0.5 * Math.random());
    this.#attempts += 1;
    this.retryAt = Date.now() + wait;
    this.#waiting = setTimeout(() => this.connect(), wait);
    this.#become("waiting");
  }

  #drop() {
    clearInterval(this.#heartbeat);
    const socket = this.#socket;
    this.#socket = null;
    this.#pending = null;
    socket?.close();
  }

  #become(state) {
    if (this.state !== state) {
      this.state = state;
      this.dispatchEvent(new Event("state"));
    }
  }
}
