import OpenAI from "openai";

/** Returns OpenAI's client as it comes, for the server under test. */
export function client(options = {}) {
  return new OpenAI({ baseURL: process.env.BASE_URL, apiKey: "none", maxRetries: 0, ...options });
}

/** Returns width and height of a PNG in base64. */
export function sizeOf(b64) {
  const png = Buffer.from(b64, "base64");
  if (png.toString("latin1", 1, 4) !== "PNG") {
    throw new Error("not a PNG");
  }
  return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`;
}
