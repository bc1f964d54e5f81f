package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.settings.TestCertificate;
import io.stepwise.settings.TlsSettings;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsIT {

  private static final ActorTestKit KIT = ActorTestKit.create();

  @TempDir static Path folder;

  private final ServiceProbe service = new ServiceProbe(KIT);

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void requestsAreAnsweredOverTls(String algorithm)
      throws IOException, InterruptedException, GeneralSecurityException {
    TestCertificate made = TestCertificate.make(folder, algorithm, algorithm);
    try (TestServer server = start(made)) {
      for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
        SSLParameters only = new SSLParameters();
        only.setProtocols(new String[] {protocol});
        HttpClient client =
            HttpClient.newBuilder().sslContext(trusting(made)).sslParameters(only).build();
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(server.uri("https", "/v2/health/live")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo("{\"live\":true}");
        assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo(protocol);
      }
    }
  }

  @Test
  void websocketsAreOpenedOverTls() throws GeneralSecurityException, IOException {
    TestCertificate made = TestCertificate.make(folder, "EC", "sockets");
    try (TestServer server = start(made)) {
      WebSocket socket =
          HttpClient.newBuilder()
              .sslContext(trusting(made))
              .build()
              .newWebSocketBuilder()
              .buildAsync(server.uri("wss", "/v1/stream"), new WebSocket.Listener() {})
              .join();
      assertThat(socket.isOutputClosed()).isFalse();
      socket.abort();
    }
  }

  @Test
  void whoSpeaksHttpToTheEncryptedPortIsClosed() {
    try (TestServer server = start(TestCertificate.make(folder, "EC", "plain"));
        RawConnection client = server.connect()) {
      client.send("GET /v2/health/live HTTP/1.1\nHost: x\n\n");
      assertThat(client.receivesUntilClosed()).doesNotContain("HTTP");
    }
  }

  @Test
  void protocolsBeforeTls12AreRefused() throws GeneralSecurityException, IOException {
    TestCertificate made = TestCertificate.make(folder, "EC", "old-protocols");
    try (TestServer server = start(made);
        SSLSocket socket =
            (SSLSocket)
                trusting(made)
                    .getSocketFactory()
                    .createSocket("127.0.0.1", server.server().address().getPort())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.1"});
      assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
    }
    SSLEngine engine = new Tls(settings(made), () -> 0).engine();
    assertThat(engine.getEnabledProtocols()).containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
  }

  @Test
  void changedCertificateIsReadWithinAMinuteAndABrokenOneIsNot() throws IOException {
    TestCertificate first = TestCertificate.make(folder, "EC", "renewed");
    TestCertificate second = TestCertificate.make(folder, "EC", "next");
    AtomicLong now = new AtomicLong();
    Tls tls = new Tls(settings(first), now::get);
    assertThat(tls.certificate()).isEqualTo(first.certificate());

    replace(first.certificateFile(), second.certificateFile(), 1);
    now.addAndGet(Duration.ofSeconds(61).toNanos());
    tls.engine();
    assertThat(tls.certificate()).isEqualTo(first.certificate());

    replace(first.keyFile(), second.keyFile(), 2);
    now.addAndGet(Duration.ofSeconds(59).toNanos());
    tls.engine();
    assertThat(tls.certificate()).isEqualTo(first.certificate());
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    tls.engine();
    assertThat(tls.certificate()).isEqualTo(second.certificate());
  }

  private TestServer start(TestCertificate made) {
    return TestServer.start(
        KIT.system(),
        service.ref(),
        TestServer.settings(made.settings()),
        HttpServer.Times.STANDARD);
  }

  private static TlsSettings settings(TestCertificate made) {
    return TestServer.settings(made.settings()).tls();
  }

  private static void replace(Path file, Path by, int seconds) throws IOException {
    FileTime before = Files.getLastModifiedTime(file);
    Files.copy(by, file, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(
        file, FileTime.from(before.toInstant().plus(Duration.ofSeconds(seconds))));
  }

  private static SSLContext trusting(TestCertificate made)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", made.certificate());
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
