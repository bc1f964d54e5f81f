import assert from "node:assert/strict";
import OpenAI from "openai";
import { client } from "./client.mjs";

await assert.rejects(client().images.generate({ prompt: "bag" }), (error) => {
  assert.ok(error instanceof OpenAI.RateLimitError);
  assert.equal(error.status, 429);
  assert.equal(error.code, "queue_full");
  assert.ok(Number(error.headers.get("retry-after")) >= 1);
  return true;
});
console.log("refused");

const images = await client({ maxRetries: 20 }).images.generate({ prompt: "bag" });
assert.equal(images.data.length, 1);
