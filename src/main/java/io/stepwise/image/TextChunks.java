package io.stepwise.image;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The text chunks of a PNG file (PNG specification, 11.3.4) in ImageIO's metadata. */
final class TextChunks {

  private static final String FORMAT = "javax_imageio_png_1.0";
  private static final int MAX_KEYWORD = 79;

  private TextChunks() {}

  /** Adds a chunk for each text. */
  static void add(IIOMetadata metadata, Map<String, String> texts) {
    for (Map.Entry<String, String> text : texts.entrySet()) {
      IIOMetadataNode root = new IIOMetadataNode(FORMAT);
      root.appendChild(chunk(text.getKey(), text.getValue()));
      try {
        metadata.mergeTree(FORMAT, root);
      } catch (IIOInvalidTreeException e) {
        throw new IllegalArgumentException("text chunk " + text.getKey(), e);
      }
    }
  }

  /** Returns the texts of tEXt, iTXt and zTXt chunks. */
  static Map<String, String> read(IIOMetadata metadata) {
    Map<String, String> texts = new LinkedHashMap<>();
    Node root = metadata.getAsTree(FORMAT);
    for (Node chunks = root.getFirstChild(); chunks != null; chunks = chunks.getNextSibling()) {
      for (Node node = chunks.getFirstChild(); node != null; node = node.getNextSibling()) {
        if (node instanceof Element entry) {
          switch (entry.getTagName()) {
            case "tEXtEntry" ->
                texts.put(entry.getAttribute("keyword"), entry.getAttribute("value"));
            case "iTXtEntry", "zTXtEntry" ->
                texts.put(entry.getAttribute("keyword"), entry.getAttribute("text"));
            default -> {}
          }
        }
      }
    }
    return texts;
  }

  private static IIOMetadataNode chunk(String keyword, String text) {
    requireKeyword(keyword);
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("text chunk " + keyword + ": holds a zero character");
    }
    boolean latin = StandardCharsets.ISO_8859_1.newEncoder().canEncode(text);
    IIOMetadataNode entry = new IIOMetadataNode(latin ? "tEXtEntry" : "iTXtEntry");
    entry.setAttribute("keyword", keyword);
    if (latin) {
      entry.setAttribute("value", text);
    } else {
      entry.setAttribute("compressionFlag", "FALSE");
      entry.setAttribute("compressionMethod", "0");
      entry.setAttribute("languageTag", "");
      entry.setAttribute("translatedKeyword", "");
      entry.setAttribute("text", text);
    }
    IIOMetadataNode chunks = new IIOMetadataNode(latin ? "tEXt" : "iTXt");
    chunks.appendChild(entry);
    return chunks;
  }

  private static void requireKeyword(String keyword) {
    boolean printable =
        keyword.chars().allMatch(c -> (c >= 32 && c <= 126) || (c >= 161 && c <= 255));
    if (keyword.isEmpty() || keyword.length() > MAX_KEYWORD || !printable || !isTrimmed(keyword)) {
      throw new IllegalArgumentException(
          "keyword: '%s' (expected: 1 to %d printable characters of Latin-1, single spaces inside)"
              .formatted(keyword, MAX_KEYWORD));
    }
  }

  private static boolean isTrimmed(String keyword) {
    return keyword.equals(keyword.strip()) && !keyword.contains("  ");
  }
}
