/** The server's time, as its messages tell it: the least delay that was seen lately. */

const REMEMBERED = 60;

export class ServerClock {
  #offsets = [];
  #offset = 0;

  /** Takes in the server's time of something that was just heard of. */
  heard(serverMs) {
    this.#offsets.push(Date.now() - serverMs);
    if (this.#offsets.length > REMEMBERED) {
      this.#offsets.shift();
    }
    this.#offset = Math.min(...this.#offsets);
  }

  /** Returns the server's epoch milliseconds now. */
  now() {
    return Date.now() - this.#offset;
  }
}
