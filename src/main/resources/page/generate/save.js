/** Files that are made of a generation's pictures. */
import { element } from "../dom.js";
import { animation, texts } from "../wire/png.js";
import { drawSheet } from "./sheet.js";

const SIDE = 448;
const MOST_FRAMES = 150;
const FILM_MS = 3000;
const LAST_FRAME_MS = 1500;

/**
 * Saves what is shown at a step: one image as the server made it, several as a sheet.
 *
 * @param indices the images that are shown
 */
export async function savePicture(generation, indices, step) {
  const name = fileName(generation, indices, step === generation.of ? "" : `-step-${step}`);
  if (indices.length === 1) {
    download(generation.frameAt(indices[0], step).png, `${name}.png`);
    return;
  }
  const sheet = await drawSheet(generation, indices, step, SIDE);
  download(await sheet.convertToBlob({ type: "image/png" }), `${name}.png`);
}

/** Saves the steps as an animated PNG. */
export async function saveFilm(generation, indices) {
  const film = await makeFilm(generation, indices);
  download(film, `${fileName(generation, indices, "-film")}.png`);
}

async function makeFilm(generation, indices) {
  const steps = thinned(generation.steps.filter((step) => isShown(generation, indices, step)));
  const delayMs = Math.round(Math.min(200, Math.max(20, FILM_MS / steps.length)));
  const frames = [];
  for (const step of steps) {
    const sheet = await drawSheet(generation, indices, step, SIDE);
    const blob = await sheet.convertToBlob({ type: "image/png" });
    const png = new Uint8Array(await blob.arrayBuffer());
    frames.push({ png, delayMs: step === steps.at(-1) ? LAST_FRAME_MS : delayMs });
  }
  const image = indices.length === 1 ? generation.imageOf(indices[0]) : null;
  return animation(frames, image === null ? [] : texts(image.png));
}

function isShown(generation, indices, step) {
  return indices.some((index) => generation.frameAt(index, step) !== null);
}

function thinned(steps) {
  const every = Math.ceil(steps.length / MOST_FRAMES);
  return steps.filter((_, i) => (steps.length - 1 - i) % every === 0);
}

function fileName(generation, indices, ending) {
  const label = (generation.request.prompt || "image").replace(/[^A-Za-z0-9]+/g, "-");
  const index = indices.length === 1 && generation.n > 1 ? `-${indices[0]}` : "";
  return `${label}-seed-${generation.seed}${index}${ending}`;
}

function download(content, name) {
  const address = URL.createObjectURL(new Blob([content], { type: "image/png" }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
