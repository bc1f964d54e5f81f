package io.stepwise.network;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The JSON files of a model folder, read and written as ordered maps. */
public final class ConfigFile {

  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          // Python writes lambda_min_clipped: -Infinity into every file of DPM-Solver++.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private static final int MAX_BYTES = 1 << 24;

  private ConfigFile() {}

  /**
   * Reads a file that holds one JSON object, of at most 16 MiB.
   *
   * @throws ModelFolderException if the file is missing or is not a JSON object
   */
  public static Map<String, Object> read(Path file) {
    try (SeekableByteChannel channel = ModelFile.open(file)) {
      if (channel.size() > MAX_BYTES) {
        throw new ModelFolderException(
            file, channel.size() + " bytes (expected: at most " + MAX_BYTES + ")");
      }
      return object(file, ModelFile.readFully(channel, (int) channel.size()).array());
    } catch (IOException e) {
      throw ModelFile.unreadable(file, e);
    }
  }

  /**
   * Reads a file and makes something of its fields.
   *
   * @throws ModelFolderException if the file cannot be read, or the fields are refused by an {@link
   *     IllegalArgumentException}
   */
  static <T> T parse(Path file, Function<Map<String, Object>, T> parse) {
    Map<String, Object> fields = read(file);
    try {
      return parse.apply(fields);
    } catch (IllegalArgumentException e) {
      throw new ModelFolderException(file, String.valueOf(e.getMessage()), e);
    }
  }

  /** Writes fields as indented JSON, sorted by name. */
  public static void write(Path file, Map<String, ?> fields) throws IOException {
    Files.writeString(file, json(fields));
  }

  /** Returns fields as indented JSON, sorted by name, with a line end. */
  static String json(Map<String, ?> fields) throws IOException {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(fields) + "\n";
  }

  private static Map<String, Object> object(Path file, byte[] bytes) throws IOException {
    try {
      JsonNode node = MAPPER.readTree(bytes);
      if (!node.isObject()) {
        throw new ModelFolderException(file, "not a JSON object");
      }
      return MAPPER.convertValue(node, new TypeReference<LinkedHashMap<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new ModelFolderException(file, "not a JSON object: " + e.getOriginalMessage(), e);
    }
  }
}
