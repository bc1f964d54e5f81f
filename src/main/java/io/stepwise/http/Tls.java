package io.stepwise.http;

import io.stepwise.settings.PemException;
import io.stepwise.settings.TlsIdentity;
import io.stepwise.settings.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of encrypted connections: TLS 1.2 or newer.
 *
 * <p>The certificate and its key are read again when a connection is made and one of the files has
 * changed, at most once a minute. As long as what is read cannot be used, the last one that could
 * is. Thread safe.
 */
final class Tls {

  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
  private static final long CHECK_NANOS = Duration.ofMinutes(1).toNanos();
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final TlsSettings settings;
  private final LongSupplier nanoTime;
  private List<FileTime> changed;
  private TlsIdentity identity;
  private SSLContext context;
  private long checkedNanos;

  /**
   * Reads the files.
   *
   * @throws PemException if they cannot be used
   */
  Tls(TlsSettings settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.changed = times();
    this.identity = settings.identity();
    this.context = context(identity);
    this.checkedNanos = nanoTime.getAsLong();
  }

  /** Returns what encrypts one connection. */
  SSLEngine engine() {
    SSLEngine engine = current().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setEnabledProtocols(PROTOCOLS);
    return engine;
  }

  /** Returns the certificate that connections are encrypted with now. */
  synchronized X509Certificate certificate() {
    return identity.chain().get(0);
  }

  private synchronized SSLContext current() {
    long now = nanoTime.getAsLong();
    if (now - checkedNanos < CHECK_NANOS) {
      return context;
    }
    checkedNanos = now;
    List<FileTime> times = times();
    if (!times.equals(changed)) {
      renew(times);
    }
    return context;
  }

  private void renew(List<FileTime> times) {
    try {
      TlsIdentity renewed = settings.identity();
      context = context(renewed);
      identity = renewed;
      changed = times;
      LOG.info("the certificate was read again; it is valid until {}", renewed.expires());
    } catch (PemException e) {
      LOG.error("the certificate was changed and stays as it was: {}", e.getMessage());
    }
  }

  private List<FileTime> times() {
    return List.of(
        time(settings.certificate().orElseThrow()), time(settings.privateKey().orElseThrow()));
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  private static SSLContext context(TlsIdentity identity) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      X509Certificate[] chain = identity.chain().toArray(X509Certificate[]::new);
      store.setKeyEntry("server", identity.privateKey(), new char[0], chain);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }
}
