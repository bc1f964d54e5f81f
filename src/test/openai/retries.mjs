import assert from "node:assert/strict";
import OpenAI from "openai";
import { client } from "./client.mjs";

const openai = client();
const keyed = (body) => openai.images.generate(body, { headers: { "Idempotency-Key": "order-1" } });

const request = { prompt: "bag", n: 2 };
const [first, second] = await Promise.all([keyed(request), keyed(request)]);
assert.deepEqual(first.data, second.data);
assert.deepEqual((await keyed(request)).data, first.data);
await assert.rejects(keyed({ prompt: "sneaker" }), (error) => {
  assert.ok(error instanceof OpenAI.UnprocessableEntityError);
  assert.equal(error.code, "idempotency_conflict");
  return true;
});
