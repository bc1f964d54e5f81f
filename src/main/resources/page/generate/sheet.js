/** The images of a generation beside each other: on the page, and on one canvas to be saved. */
import { element } from "../dom.js";

/** Returns how many images stand in a row: what fills a square. */
export function columns(n) {
  return n === 1 ? 1 : n <= 4 ? 2 : n <= 9 ? 3 : n <= 16 ? 4 : 8;
}

export function decode(png) {
  return createImageBitmap(new Blob([png], { type: "image/png" }));
}

/** A canvas that shows one picture at a time. */
export class Tile {
  #frame = null;

  constructor() {
    this.canvas = element("canvas", { class: "picture", width: 28, height: 28, role: "img" });
  }

  /** Shows a frame as soon as it is decoded, unless another one is asked for before that. */
  async show(frame) {
    if (frame === this.#frame) {
      return;
    }
    this.#frame = frame;
    const bitmap = frame === null ? null : await decode(frame.png).catch(() => null);
    if (frame !== this.#frame) {
      bitmap?.close();
      return;
    }
    const { canvas } = this;
    if (bitmap === null) {
      canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
      return;
    }
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
  }
}

/**
 * Draws images of a generation at a step on one canvas, enlarged by whole pixels; those that have no
 * picture yet stay grey.
 *
 * @param indices the images
 * @param side how wide and high the canvas shall be at least, in pixels
 */
export async function drawSheet(generation, indices, step, side) {
  const frames = indices.map((index) => generation.frameAt(index, step));
  const bitmaps = await Promise.all(frames.map((frame) => frame && decode(frame.png)));
  const { width, height } = bitmaps.find((bitmap) => bitmap !== null);
  const inRow = columns(indices.length);
  const rows = Math.ceil(indices.length / inRow);
  const scale = Math.max(1, Math.ceil(side / (inRow * Math.max(width, height))));
  const canvas = new OffscreenCanvas(inRow * width * scale, rows * height * scale);
  const context = canvas.getContext("2d", { alpha: false });
  context.imageSmoothingEnabled = false;
  context.fillStyle = "#808080";
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const [i, bitmap] of bitmaps.entries()) {
    if (bitmap !== null) {
      const x = (i % inRow) * width * scale;
      const y = Math.floor(i / inRow) * height * scale;
      context.drawImage(bitmap, x, y, width * scale, height * scale);
      bitmap.close();
    }
  }
  return canvas;
}
