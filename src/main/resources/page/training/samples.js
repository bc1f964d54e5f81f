/** What the newest published version draws, as the trainer drew it. */
import { byId, setText } from "../dom.js";
import { Tile } from "../generate/sheet.js";

export class SampleGrid {
  #tile = new Tile();

  constructor(connection) {
    byId("samples").prepend(this.#tile.canvas);
    connection.addEventListener("message", ({ detail }) => {
      if (detail.message.type === "samples") {
        this.#show(detail.message, detail.bytes);
      }
    });
  }

  #show({ model, snapshot, step, labels }, png) {
    const columns = labels.length > 0 ? `, from left to right: ${labels.join(", ")}` : "";
    this.#tile.canvas.setAttribute("aria-label", `Samples of ${model}${columns}`);
    this.#tile.canvas.title = labels.join(", ");
    this.#tile.show({ png });
    setText(byId("samples-weights"), `${snapshot.slice(0, 8)} · ${step} updates`);
    byId("samples-weights").title = snapshot;
    byId("samples").hidden = false;
  }
}
