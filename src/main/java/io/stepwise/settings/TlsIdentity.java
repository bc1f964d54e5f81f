package io.stepwise.settings;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a server proves to be.
 *
 * @param chain its certificate and those that lead to its root
 * @param privateKey the key of the first certificate
 */
public record TlsIdentity(List<X509Certificate> chain, PrivateKey privateKey) {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final String PLAIN_KEY = "PRIVATE KEY";
  private static final String CONVERT = "PKCS#8, BEGIN PRIVATE KEY: openssl pkcs8 -topk8 -nodes";

  /** Copies the list. */
  public TlsIdentity {
    chain = List.copyOf(chain);
  }

  /**
   * Reads both files and sees that they belong together.
   *
   * @throws PemException if they cannot be used
   */
  static TlsIdentity read(Path certificate, Path privateKey) {
    List<X509Certificate> chain = chain(certificate);
    PrivateKey key = key(privateKey, chain.get(0).getPublicKey().getAlgorithm());
    if (!belongTogether(chain.get(0), key)) {
      throw new PemException(privateKey, "the key of the certificate in " + certificate);
    }
    return new TlsIdentity(chain, key);
  }

  /** Returns when the first certificate ceases to be valid. */
  public Instant expires() {
    return chain.get(0).getNotAfter().toInstant();
  }

  private static List<X509Certificate> chain(Path file) {
    List<X509Certificate> chain =
        BLOCK
            .matcher(text(file))
            .results()
            .filter(block -> block.group(1).equals("CERTIFICATE"))
            .map(block -> certificate(file, block.group()))
            .toList();
    if (chain.isEmpty()) {
      throw new PemException(file, "a PEM file with a certificate");
    }
    return chain;
  }

  private static X509Certificate certificate(Path file, String pem) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (CertificateException e) {
      throw new PemException(file, "a PEM file with X.509 certificates");
    }
  }

  private static PrivateKey key(Path file, String algorithm) {
    Matcher block = BLOCK.matcher(text(file));
    boolean isFound = block.find();
    while (isFound && !block.group(1).endsWith(PLAIN_KEY)) {
      isFound = block.find();
    }
    if (!isFound) {
      throw new PemException(file, "a PEM file with a private key");
    }
    if (block.group(1).equals("ENCRYPTED " + PLAIN_KEY) || block.group(2).contains("ENCRYPTED")) {
      throw new PemException(file, "a key that is not encrypted");
    }
    if (!block.group(1).equals(PLAIN_KEY)) {
      throw new PemException(file, CONVERT);
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(block.group(2));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new PemException(file, "a private key for " + algorithm + ", as the certificate's");
    }
  }

  private static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
    byte[] sample = "stepwise".getBytes(StandardCharsets.US_ASCII);
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(sample);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new PemException(file, "a file that can be read");
    }
  }
}
