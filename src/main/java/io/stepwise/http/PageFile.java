package io.stepwise.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.EntityTag;
import org.apache.pekko.util.ByteString;

/**
 * A file of the web page.
 *
 * @param tag digest of the content
 */
record PageFile(ContentType type, EntityTag tag, ByteString content) {

  private static final String FOLDER = "/page/";

  /** Reads a file by its name below the page's folder in the jar, where it must be. */
  static PageFile read(String name) {
    try (InputStream stream = PageFile.class.getResourceAsStream(FOLDER + name)) {
      if (stream == null) {
        throw new IllegalArgumentException("page file: " + name + " (expected: one in the jar)");
      }
      byte[] bytes = stream.readAllBytes();
      return new PageFile(type(name), EntityTag.create(digest(bytes), false), wrap(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ByteString wrap(byte[] bytes) {
    return ByteString.fromArrayUnsafe(bytes);
  }

  private static ContentType type(String name) {
    String ending = name.substring(name.lastIndexOf('.') + 1);
    return switch (ending) {
      case "html" -> ContentTypes.TEXT_HTML_UTF8;
      case "css" -> MediaTypes.TEXT_CSS.toContentType(HttpCharsets.UTF_8);
      case "js" -> MediaTypes.APPLICATION_JAVASCRIPT.toContentType(HttpCharsets.UTF_8);
      case "svg" -> MediaTypes.IMAGE_SVG_XML.toContentType();
      default ->
          throw new IllegalArgumentException("page file: " + name + " (expected: a known ending)");
    };
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
