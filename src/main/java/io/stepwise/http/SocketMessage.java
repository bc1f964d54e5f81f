package io.stepwise.http;

import org.jspecify.annotations.Nullable;

/**
 * What the server says on a websocket.
 *
 * @param json what becomes the text frame
 * @param png what becomes the binary frame behind it; null for none
 * @param frees what the socket may have again when it is sent
 */
record SocketMessage(Object json, byte @Nullable [] png, Places frees) {

  /**
   * Places of a socket that are bounded.
   *
   * @param generations those that run or whose end is not sent
   * @param images those that are being made or are not sent
   * @param replies answers to messages that start nothing
   */
  record Places(int generations, int images, int replies) {

    static final Places NONE = new Places(0, 0, 0);
    static final Places REPLY = new Places(0, 0, 1);

    static Places image() {
      return new Places(0, 1, 0);
    }

    static Places generation(int images) {
      return new Places(1, images, 0);
    }

    Places plus(Places other) {
      return new Places(
          generations + other.generations, images + other.images, replies + other.replies);
    }

    Places minus(Places other) {
      return new Places(
          generations - other.generations, images - other.images, replies - other.replies);
    }
  }

  static SocketMessage text(Object json, Places frees) {
    return new SocketMessage(json, null, frees);
  }
}
