package io.stepwise.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsSettingsTest {

  @TempDir static Path folder;
  private static TestCertificate rsa;
  private static TestCertificate ec;

  @BeforeAll
  static void makeCertificates() {
    rsa = TestCertificate.make(folder, "RSA", "rsa");
    ec = TestCertificate.make(folder, "EC", "ec");
  }

  @Test
  void certificatesWithTheirKeysAreTaken() {
    for (TestCertificate made : new TestCertificate[] {rsa, ec}) {
      TlsSettings tls = Settings.parse("stepwise.http { " + made.settings() + " }").http().tls();

      assertThat(tls.isOn()).isTrue();
      assertThat(tls.identity().chain().get(0)).isEqualTo(made.certificate());
    }
  }

  @Test
  void filesMayHoldMoreThanTheirOneThing() throws IOException {
    Path both = folder.resolve("both.pem");
    String text = "a comment\n" + Files.readString(ec.certificateFile());
    Files.writeString(both, text + Files.readString(ec.keyFile()));

    assertThat(new TestCertificate(ec.certificate(), both, both))
        .satisfies(
            one ->
                assertThat(Settings.parse("stepwise.http { " + one.settings() + " }")).isNotNull());
  }

  @Test
  void oneFileWithoutTheOtherIsNamed() {
    assertThat(problem("tls.certificate = \"" + ec.certificateFile() + "\""))
        .startsWith("stepwise.http.tls.private-key: ")
        .contains("(expected: a file, as there is the other one)");
    assertThat(problem("tls.private-key = \"" + ec.keyFile() + "\""))
        .startsWith("stepwise.http.tls.certificate: ");
  }

  @Test
  void keyOfAnotherCertificateIsNamed() throws IOException {
    TestCertificate other = TestCertificate.make(folder, "EC", "other");
    assertThat(problem(settings(ec.certificateFile(), other.keyFile())))
        .startsWith("stepwise.http.tls.private-key: ")
        .contains("(expected: the key of the certificate in " + ec.certificateFile() + ")");
    assertThat(problem(settings(ec.certificateFile(), rsa.keyFile())))
        .contains("(expected: a private key for EC, as the certificate's)");
  }

  @ParameterizedTest
  @CsvSource({
    "ENCRYPTED PRIVATE KEY, a key that is not encrypted",
    "RSA PRIVATE KEY, openssl pkcs8 -topk8 -nodes",
    "EC PRIVATE KEY, openssl pkcs8 -topk8 -nodes",
    "CERTIFICATE, a PEM file with a private key",
    "PRIVATE KEY, a private key for EC",
  })
  void keyThatCannotBeReadIsNamed(String kind, String expectation) throws IOException {
    Path file = TestCertificate.pem(folder.resolve("wrong.key"), kind, new byte[] {1, 2, 3});

    assertThat(problem(settings(ec.certificateFile(), file)))
        .startsWith("stepwise.http.tls.private-key: \"" + file + "\"")
        .contains(expectation);
  }

  @Test
  void filesThatAreNoneAreNamed() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "no PEM at all");
    assertThat(problem(settings(folder.resolve("nowhere"), ec.keyFile())))
        .startsWith("stepwise.http.tls.certificate: ")
        .contains("(expected: a file that can be read)");
    assertThat(problem(settings(text, ec.keyFile())))
        .startsWith("stepwise.http.tls.certificate: ")
        .contains("(expected: a PEM file with a certificate)");
    assertThat(problem(settings(ec.certificateFile(), folder.resolve("nowhere"))))
        .startsWith("stepwise.http.tls.private-key: ")
        .contains("(expected: a file that can be read)");
  }

  @Test
  void nodesOfAClusterNeedAnAuthority() {
    String tls = "cluster { enabled = true\nhost = \"192.0.2.1\"\n%s\n%s }";
    String authority = "authority = \"" + ec.certificateFile() + "\"";

    assertThat(
            Settings.parse("stepwise." + tls.formatted(rsa.settings(), authority))
                .cluster()
                .warnings())
        .isEmpty();
    assertThat(Settings.parse("stepwise." + tls.formatted("", "")).warnings(64))
        .singleElement()
        .asString()
        .startsWith("stepwise.cluster.tls: none (expected: a certificate");
    SettingsException thrown =
        catchThrowableOfType(
            SettingsException.class,
            () -> Settings.parse("stepwise." + tls.formatted(rsa.settings(), "")));
    assertThat(thrown.problems())
        .singleElement()
        .asString()
        .startsWith("stepwise.cluster.authority: \"\" (expected: a file, as there is tls)");
  }

  @Test
  void nodesOfAClusterNeedAnRsaKey() {
    String cluster =
        "stepwise.cluster { %s\nauthority = \"%s\" }"
            .formatted(ec.settings(), ec.certificateFile());
    SettingsException thrown =
        catchThrowableOfType(SettingsException.class, () -> Settings.parse(cluster));

    assertThat(thrown.problems())
        .singleElement()
        .asString()
        .startsWith("stepwise.cluster.tls.private-key: ")
        .contains("(expected: an RSA key)");
  }

  @Test
  void expiredCertificateIsAWarning() {
    TestCertificate old = TestCertificate.make(folder, "EC", "old", "-3d");

    assertThat(Settings.parse("stepwise.http { " + ec.settings() + " }").warnings(64)).isEmpty();
    assertThat(Settings.parse("stepwise.http { " + old.settings() + " }").warnings(64))
        .singleElement()
        .asString()
        .startsWith("stepwise.http.tls.certificate: expired on ");
  }

  private static String settings(Path certificate, Path key) {
    return new TestCertificate(ec.certificate(), certificate, key).settings();
  }

  private static String problem(String http) {
    SettingsException thrown =
        catchThrowableOfType(
            SettingsException.class, () -> Settings.parse("stepwise.http { " + http + " }"));
    assertThat(thrown).isNotNull();
    assertThat(thrown.problems()).hasSize(1);
    return thrown.problems().get(0);
  }
}
