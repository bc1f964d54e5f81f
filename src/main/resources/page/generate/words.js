/** What a card says of its generation. */

export function seconds(ms) {
  return ms < 10_000 ? `${(ms / 1000).toFixed(2)} s` : `${(ms / 1000).toFixed(1)} s`;
}

/** Returns where a generation stands. */
export function stateText(generation) {
  const { state, of, steps, predictedMs, tookMs } = generation;
  switch (state) {
    case "sent":
      return "sent";
    case "queued":
      return predictedMs === null ? "waiting" : `waiting, about ${seconds(predictedMs)}`;
    case "running":
      return `step ${steps.at(-1) ?? 0} of ${of}`;
    case "completed":
      return `done in ${seconds(tookMs)}`;
    default:
      return state;
  }
}

/** Returns what made the images, as it was asked for. */
export function parameterText({ request, model, seed }) {
  const parts = [
    request.solver,
    request.steps && `${request.steps} steps`,
    request.guidance !== undefined && request.guidance !== 1 && `guidance ${request.guidance}`,
    request.eta !== undefined && `eta ${request.eta}`,
    `seed ${seed}`,
    model,
  ];
  return parts.filter(Boolean).join(" · ");
}

/** Returns what is said aloud when a generation has ended. */
export function endText(generation) {
  const name = generation.request.prompt || "no label";
  switch (generation.state) {
    case "completed":
      return `${name}: done in ${seconds(generation.tookMs)}`;
    case "cancelled":
      return `${name}: cancelled`;
    case "lost":
      return `${name}: lost with the connection`;
    default:
      return `${name}: ${generation.error?.message ?? generation.state}`;
  }
}
