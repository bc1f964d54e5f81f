package io.stepwise.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Encryption of connections; both files or none.
 *
 * @param certificate PEM file of the certificate and those that lead to its root
 * @param privateKey PEM file of its private key in PKCS#8
 */
public record TlsSettings(Optional<Path> certificate, Optional<Path> privateKey) {

  /** No encryption. */
  public static final TlsSettings NONE = new TlsSettings(Optional.empty(), Optional.empty());

  static TlsSettings read(SettingsReader reader) {
    TlsSettings settings =
        new TlsSettings(reader.optionalPath("certificate"), reader.optionalPath("private-key"));
    if (settings.certificate.isPresent() != settings.privateKey.isPresent()) {
      reader.problem(
          settings.certificate.isPresent() ? "private-key" : "certificate",
          "a file, as there is the other one");
    } else if (settings.isOn()) {
      settings.check(reader);
    }
    return settings;
  }

  /** Returns whether connections are encrypted. */
  public boolean isOn() {
    return certificate.isPresent() && privateKey.isPresent();
  }

  /**
   * Reads the files.
   *
   * @throws PemException if they cannot be used
   */
  public TlsIdentity identity() {
    return TlsIdentity.read(certificate.orElseThrow(), privateKey.orElseThrow());
  }

  private void check(SettingsReader reader) {
    try {
      identity();
    } catch (PemException e) {
      reader.problem(
          e.file().equals(certificate.orElseThrow()) ? "certificate" : "private-key",
          e.expectation());
    }
  }
}
