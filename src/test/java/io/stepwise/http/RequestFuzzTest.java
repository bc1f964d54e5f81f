package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.Client;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestFuzzTest {

  private static final byte[] REQUEST =
      """
      {"model": "toy", "prompt": "ankle boot", "n": 3, "size": "28x28", "seed": -7, "steps": 50,
       "solver": "ddim", "guidance": 3.5e0, "eta": 0.5, "deadline_ms": 1500, "stream": false,
       "id": "a-1", "user": "\\u00e9\\ud83d\\udc5f", "priority": null}
      """
          .getBytes(StandardCharsets.UTF_8);

  private static final byte[] LIKELY =
      "{}[]\":,\\0123456789.eE+-truefalsnud \n\0\ufeff".getBytes(StandardCharsets.UTF_8);

  private final Random random = new Random(7);
  private int read;
  private int refused;

  @Test
  void damagedRequestsAreReadOrRefusedAndNothingElse() {
    for (int i = 0; i < 10_000; i++) {
      readOrRefuse(damaged());
    }
    assertThat(read).isGreaterThan(300);
    assertThat(refused).isGreaterThan(5_000);
  }

  @Test
  void randomBytesAreRefused() {
    for (int i = 0; i < 2_000; i++) {
      byte[] body = new byte[random.nextInt(64)];
      random.nextBytes(body);
      readOrRefuse(body);
    }
    assertThat(refused).isEqualTo(2_000);
  }

  private void readOrRefuse(byte[] body) {
    try {
      GenerationRequestJson.parse(body, Client.ANYBODY);
      read++;
    } catch (ApiException e) {
      assertThat(e.error().response().status().intValue()).isEqualTo(400);
      refused++;
    }
  }

  private byte[] damaged() {
    byte[] body = REQUEST.clone();
    for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
      int at = random.nextInt(body.length);
      body[at] =
          random.nextBoolean() ? LIKELY[random.nextInt(LIKELY.length)] : (byte) random.nextInt(256);
    }
    int length = random.nextInt(8) == 0 ? random.nextInt(body.length) : body.length;
    return Arrays.copyOf(body, length);
  }
}
