package io.stepwise.settings;

import java.time.Duration;

/**
 * Websockets and streamed answers.
 *
 * @param maxSockets websockets that may be open at the same time
 * @param maxMessageBytes largest message that a client may send on a websocket
 * @param maxGenerations generations of one websocket that may run or wait to be read
 * @param maxImages images of one websocket that may be unfinished or wait to be read
 * @param keepAlive time between signs of life on a websocket or in a streamed answer
 * @param stallTimeout how long a reader may take nothing of what waits for it
 */
public record StreamSettings(
    int maxSockets,
    int maxMessageBytes,
    int maxGenerations,
    int maxImages,
    Duration keepAlive,
    Duration stallTimeout) {

  static StreamSettings read(SettingsReader reader) {
    return new StreamSettings(
        reader.integer("max-sockets", 0, 100_000),
        (int) reader.bytes("max-message", 1 << 10, 1 << 20, "1 KiB to 1 MiB"),
        reader.integer("max-generations", 1, 1000),
        reader.integer("max-images", 1, 10_000),
        reader.duration("keep-alive", Duration.ofMillis(100), Duration.ofMinutes(5)),
        reader.duration("stall-timeout", Duration.ofMillis(100), Duration.ofHours(1)));
  }
}
