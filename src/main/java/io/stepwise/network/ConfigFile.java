package io.stepwise.network;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON files of a model folder, read and written as ordered maps. */
public final class ConfigFile {

  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private ConfigFile() {}

  /**
   * Reads a file that holds one JSON object.
   *
   * @throws ModelFolderException if the file is missing or is not a JSON object
   */
  public static Map<String, Object> read(Path file) {
    try {
      Map<String, Object> fields =
          MAPPER.readValue(
              Files.readAllBytes(file), new TypeReference<LinkedHashMap<String, Object>>() {});
      if (fields == null) {
        throw new ModelFolderException(file, "null (expected: a JSON object)");
      }
      return fields;
    } catch (JsonProcessingException e) {
      throw new ModelFolderException(file, "not a JSON object: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ModelFolderException(file, "cannot be read: " + reason(e), e);
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

  /** Returns an exception's reason in words. */
  static String reason(IOException e) {
    return e instanceof NoSuchFileException ? "no such file" : String.valueOf(e.getMessage());
  }
}
