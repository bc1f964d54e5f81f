package io.stepwise.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.settings.Settings;
import io.stepwise.settings.SettingsException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes an API key: shows it once, and the line of the settings that lets its holder call. */
@Command(
    name = "create",
    description = {
      "Make an API key and show it once, with its entry for http.api-keys in the settings.",
      "Only its SHA-256 stands in the settings; nobody can read the key from them."
    },
    sortOptions = false)
final class KeysCreateCommand implements Callable<Integer> {

  private static final String PREFIX = "stepwise-";
  private static final int RANDOM_BYTES = 32;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "Whose key it is: 1 to 64 of A-Z a-z 0-9 . _ -")
  String name = "";

  @Option(
      names = "--requests-per-minute",
      paramLabel = "N",
      description = "Most requests a minute, 1 to 1000000; none if left out.")
  @Nullable Integer requestsPerMinute;

  @Option(
      names = "--images-in-flight",
      paramLabel = "N",
      description = "Most unfinished images at a time, 1 to 1000000; none if left out.")
  @Nullable Integer imagesInFlight;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws JsonProcessingException {
    String key = newKey();
    String entry = entry(sha256(key));
    check(entry);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(Map.of("key", key, "settings", entry)));
    } else {
      out.println("key (shown only now): " + key);
      out.println("entry of stepwise.http.api-keys: " + entry);
    }
    out.flush();
    return 0;
  }

  private static String newKey() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  private static String sha256(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String entry(String sha256) {
    StringBuilder entry = new StringBuilder("{ name = \"" + name + "\"");
    entry.append(", sha256 = \"").append(sha256).append('"');
    if (requestsPerMinute != null) {
      entry.append(", requests-per-minute = ").append(requestsPerMinute);
    }
    if (imagesInFlight != null) {
      entry.append(", images-in-flight = ").append(imagesInFlight);
    }
    return entry.append(" }").toString();
  }

  /** The settings take what is printed, or say why not. */
  private void check(String entry) {
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new ParameterException(
          spec.commandLine(), "NAME: " + name + " (expected: 1 to 64 of A-Z a-z 0-9 . _ -)");
    }
    try {
      Settings.parse("stepwise.http.api-keys = [" + entry + "]");
    } catch (SettingsException e) {
      throw new ParameterException(spec.commandLine(), String.join("; ", e.problems()), e);
    }
  }
}
