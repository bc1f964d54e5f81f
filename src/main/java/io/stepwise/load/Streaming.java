package io.stepwise.load;

/** How the images of a request come. */
public enum Streaming {
  /** All of them in one answer when they are finished. */
  NONE,
  /** With previews as server-sent events of the request's own answer. */
  SSE,
  /** With previews over a websocket. */
  WEBSOCKET
}
