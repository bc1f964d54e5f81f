/**
 * Colours of images. A generation's id gives the hue and the image's index a shade near it, so that
 * every viewer sees an image in the same colour, and the images of one request look akin.
 */
const SHADES = 5;
const HUE_BETWEEN_SHADES = 11;

/** Returns the hue of a generation, 0 to 360. */
export function hue(generation) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < generation.length; i++) {
    hash = Math.imul(hash ^ generation.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash ^= hash >>> 13;
  return ((hash >>> 0) / 2 ** 32) * 360;
}

/** Returns the CSS colour of an image on a dark or on a light ground. */
export function colour(generation, index, dark) {
  const shade = (index * 2) % SHADES;
  const lightness = (dark ? 0.66 : 0.57) + 0.04 * shade;
  const angle = (hue(generation) + (shade - 2) * HUE_BETWEEN_SHADES + 360) % 360;
  return `oklch(${lightness.toFixed(2)} 0.13 ${angle.toFixed(1)})`;
}
