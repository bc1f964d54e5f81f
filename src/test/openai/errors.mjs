import assert from "node:assert/strict";
import OpenAI from "openai";
import { client } from "./client.mjs";

const openai = client({ maxRetries: 2 });

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail("it succeeded");
}

const tooManySteps = await failure(openai.images.generate({ prompt: "bag", steps: 0 }));
assert.ok(tooManySteps instanceof OpenAI.BadRequestError);
assert.equal(tooManySteps.status, 400);
assert.equal(tooManySteps.param, "steps");
assert.equal(tooManySteps.code, "invalid_value");
assert.equal(tooManySteps.type, "invalid_request_error");
assert.equal(tooManySteps.message, "400 steps: 0 (expected: 1 to 1000)");

const unknownField = await failure(openai.images.generate({ prompt: "bag", colour: "red" }));
assert.ok(unknownField instanceof OpenAI.BadRequestError);
assert.equal(unknownField.code, "unknown_parameter");

const noUrl = await failure(openai.images.generate({ prompt: "bag", response_format: "url" }));
assert.ok(noUrl instanceof OpenAI.BadRequestError);
assert.equal(noUrl.param, "response_format");

const unknownModel = await failure(openai.images.generate({ model: "dall-e-3", prompt: "bag" }));
assert.ok(unknownModel instanceof OpenAI.NotFoundError);
assert.equal(unknownModel.code, "model_not_found");
assert.ok((await failure(openai.models.retrieve("none"))) instanceof OpenAI.NotFoundError);
const chat = openai.chat.completions.create({ model: "toy", messages: [{ role: "user", content: "hello" }] });
assert.ok((await failure(chat)) instanceof OpenAI.NotFoundError);

const late = await failure(openai.images.generate({ prompt: "bag", steps: 1000, n: 8, deadline_ms: 1 }));
assert.ok(late instanceof OpenAI.InternalServerError);
assert.equal(late.code, "deadline_exceeded");
