/** The JSON of requests, and the curl command that makes one. */

const WHOLE_NUMBER = /^-?(0|[1-9][0-9]{0,18})$/;

/**
 * Returns the JSON of an object. A seed is text, for it has 64 bits and a number of JavaScript only
 * 53; it is written as the number that it spells, or as text if it spells none, for the server to
 * say so.
 */
export function requestJson({ seed, ...others }) {
  if (seed === undefined) {
    return JSON.stringify(others);
  }
  if (!WHOLE_NUMBER.test(seed)) {
    return JSON.stringify({ ...others, seed });
  }
  const text = JSON.stringify(others);
  return `${text.slice(0, -1)}${text === "{}" ? "" : ","}"seed":${seed}}`;
}

/** Returns the fields of a request that `POST /v1/images/generations` knows. */
export function plainRequest({ preview, preview_every, ...others }) {
  return others;
}

/**
 * Returns a command that makes the same images and writes them to files.
 *
 * @param request as it is sent on the websocket
 * @param base address of the server, with a slash at its end
 * @param keyed whether the server asks for an API key
 */
export function curlCommand(request, base, keyed) {
  const plain = plainRequest(request);
  const name = (plain.prompt || "image").replace(/[^A-Za-z0-9]+/g, "-");
  const lines = [`curl -sS ${quoted(`${base}v1/images/generations`)}`];
  if (keyed) {
    lines.push('-H "Authorization: Bearer $STEPWISE_API_KEY"');
  }
  lines.push("-H 'Content-Type: application/json'", `-d ${quoted(requestJson(plain))} |`);
  if ((plain.n ?? 1) > 1) {
    lines.push("jq -r '.data[] | \"\\(.index) \\(.b64_json)\"' |");
    lines.push(`while read -r i png; do base64 -d <<< "$png" > ${name}-$i.png; done`);
  } else {
    lines.push(`jq -r '.data[0].b64_json' | base64 -d > ${name}.png`);
  }
  return lines.join(" \\\n  ");
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
