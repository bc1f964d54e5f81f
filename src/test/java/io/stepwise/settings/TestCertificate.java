package io.stepwise.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;

/**
 * A certificate for localhost that vouches for itself, made by the JDK's keytool, and its key.
 *
 * @param certificateFile in PEM
 * @param keyFile in PEM, PKCS#8
 */
public record TestCertificate(Certificate certificate, Path certificateFile, Path keyFile) {

  private static final String PASSWORD = "changeit";

  /**
   * Makes one that is valid for a day.
   *
   * @param algorithm RSA or EC
   * @param name what its files are called
   */
  public static TestCertificate make(Path folder, String algorithm, String name) {
    return make(folder, algorithm, name, "-1H");
  }

  /** Makes one whose day begins some time before or after now: {@code -2d} has expired. */
  static TestCertificate make(Path folder, String algorithm, String name, String begins) {
    Path store = folder.resolve(name + ".p12");
    keytool(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "server",
            "-keyalg",
            algorithm,
            "-dname",
            "CN=localhost",
            "-ext",
            "SAN=DNS:localhost,IP:127.0.0.1",
            "-startdate",
            begins,
            "-validity",
            "1",
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD,
            "-keystore",
            store.toString()));
    try (InputStream stream = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(stream, PASSWORD.toCharArray());
      Certificate certificate = keys.getCertificate("server");
      byte[] key = keys.getKey("server", PASSWORD.toCharArray()).getEncoded();
      return new TestCertificate(
          certificate,
          pem(folder.resolve(name + ".crt"), "CERTIFICATE", certificate.getEncoded()),
          pem(folder.resolve(name + ".key"), "PRIVATE KEY", key));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the settings of a server with this certificate, to stand in {@code http}. */
  public String settings() {
    return "tls { certificate = \"%s\", private-key = \"%s\" }".formatted(certificateFile, keyFile);
  }

  static Path pem(Path file, String kind, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    String pem = "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    return Files.write(file, pem.getBytes(StandardCharsets.US_ASCII));
  }

  private static void keytool(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("keytool: " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
