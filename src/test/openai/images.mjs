import assert from "node:assert/strict";
import { client, sizeOf } from "./client.mjs";

const openai = client();

const request = { model: "toy", prompt: "bag", n: 2, size: "3x2", response_format: "b64_json", seed: 7, steps: 5 };
const images = await openai.images.generate(request);
assert.equal(images.data.length, 2);
images.data.forEach((image) => assert.equal(sizeOf(image.b64_json), "3x2"));
assert.notEqual(images.data[0].b64_json, images.data[1].b64_json);
assert.ok(images.created > 1.7e9);
assert.equal(images._request_id, images.id);
assert.deepEqual((await openai.images.generate(request)).data, images.data);

const plain = await openai.images.generate({ prompt: "sneaker" });
assert.equal(sizeOf(plain.data[0].b64_json), "3x2");
const explicit = await openai.images.generate({
  prompt: "sneaker",
  quality: "auto",
  background: "auto",
  moderation: "auto",
  output_format: "png",
  output_compression: 100,
  user: "somebody",
});
assert.equal(explicit.output_format, "png");

const names = [];
for await (const model of openai.models.list()) {
  names.push(model.id);
}
assert.deepEqual(names, ["toy"]);
const model = await openai.models.retrieve("toy");
assert.equal(model.object, "model");
assert.deepEqual(model.labels, ["sneaker", "bag", "ankle boot"]);

const { response } = await openai.images.generate({ prompt: "bag" }).withResponse();
assert.equal(response.status, 200);
