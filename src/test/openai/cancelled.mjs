import assert from "node:assert/strict";
import OpenAI from "openai";
import { client } from "./client.mjs";

const openai = client();
const controller = new AbortController();
const aborted = openai.images.generate({ prompt: "bag", id: "aborted" }, { signal: controller.signal });
const state = async () => (await fetch(`${process.env.BASE_URL}/generations/aborted`)).json();
while ((await state()).state === undefined) {}
controller.abort();
await assert.rejects(aborted, OpenAI.APIUserAbortError);
while ((await state()).state !== "cancelled") {}
