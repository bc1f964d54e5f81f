import assert from "node:assert/strict";
import OpenAI from "openai";
import { client, sizeOf } from "./client.mjs";

const openai = client();

const stream = await openai.images.generate({
  model: "toy",
  prompt: "bag",
  steps: 10,
  seed: 7,
  stream: true,
  partial_images: 2,
});
const events = [];
for await (const event of stream) {
  events.push(event);
  if (event.type === "image_generation.partial_image") {
    console.log(`partial ${event.partial_image_index} of step ${event.step}`);
  }
}
assert.deepEqual(
  events.map((event) => event.type),
  ["image_generation.partial_image", "image_generation.partial_image", "image_generation.completed"],
);
assert.deepEqual(events.slice(0, 2).map((event) => event.partial_image_index), [0, 1]);
events.forEach((event) => assert.equal(sizeOf(event.b64_json), "3x2"));
events.forEach((event) => assert.equal(event.output_format, "png"));
const whole = await openai.images.generate({ model: "toy", prompt: "bag", steps: 10, seed: 7 });
assert.equal(events[2].b64_json, whole.data[0].b64_json);

const many = [];
for await (const event of await openai.images.generate({ prompt: "bag", n: 3, steps: 3, stream: true })) {
  many.push(event);
}
assert.deepEqual(many.map((event) => event.index).sort(), [0, 1, 2]);

await assert.rejects(
  openai.images.generate({ prompt: "bag", steps: 0, stream: true, partial_images: 1 }),
  (error) => error instanceof OpenAI.BadRequestError && error.param !== undefined,
);

const left = await openai.images.generate({ prompt: "bag", steps: 1000, stream: true, partial_images: 3 });
for await (const event of left) {
  assert.equal(event.type, "image_generation.partial_image");
  break;
}
