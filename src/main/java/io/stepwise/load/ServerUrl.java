package io.stepwise.load;

import java.net.URI;

/** The address of a server as it is given on the command line. */
public final class ServerUrl {

  private ServerUrl() {}

  /**
   * Returns an address without a final slash and a final {@code /v1}.
   *
   * @throws IllegalArgumentException if it is more or less than scheme, host, port and path; what
   *     it is stands nowhere, for it may hold a password
   */
  public static URI checked(URI url) {
    String scheme = url.getScheme();
    boolean isHttp = "http".equals(scheme) || "https".equals(scheme);
    boolean hasMore = url.getRawQuery() != null || url.getRawFragment() != null;
    if (!isHttp || url.getHost() == null || hasMore || url.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "--url: not as expected (expected: http:// or https://, host, port and path alone)");
    }
    return URI.create(url.toString().replaceFirst("/*$", "").replaceFirst("/v1$", ""));
  }
}
