package io.stepwise.network;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/** Reference networks of an independent implementation, kept among the test resources. */
public final class Golden {

  private Golden() {}

  /** Returns a folder of the test resources. */
  public static Path folder(String name) {
    URL url = Objects.requireNonNull(Golden.class.getResource("/golden/" + name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
