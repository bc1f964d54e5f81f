package io.stepwise.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A report as JSON: the fields of {@link RunReport} in snake case, times in milliseconds. */
public final class JsonReport {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private JsonReport() {}

  /** Returns the JSON, indented. */
  public static String of(LoadReport report) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("started", report.started().toString());
    json.set("options", options(report.options()));
    json.set("unloaded_ms", MAPPER.valueToTree(report.unloadedMs()));
    json.set("runs", MAPPER.valueToTree(report.runs()));
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the options that a reader needs to run the test again; never the key. */
  private static ObjectNode options(LoadOptions options) {
    Target target = options.target();
    RequestOptions requests = options.requests();
    ObjectNode json = MAPPER.createObjectNode();
    json.put("url", target.url().toString());
    json.put("openai", target.openAi());
    json.put("stream", target.streaming().name().toLowerCase(Locale.ROOT));
    json.put("sockets", target.sockets());
    json.put("timeout_ms", target.timeout().toMillis());
    json.put("max_in_flight", target.maxInFlight());
    json.put("model", requests.model());
    json.set("prompts", MAPPER.valueToTree(requests.prompts()));
    json.set("mix", MAPPER.valueToTree(requests.mix().shares()));
    json.put("n", requests.n());
    json.put("size", requests.size());
    json.put("solver", requests.solver());
    json.put("guidance", requests.guidance());
    json.put("deadline_ms", millis(requests.deadline()));
    json.put("preview_every", requests.previewEvery());
    json.put("cancel_rate", requests.cancelRate());
    json.put("duration_ms", options.duration().toMillis());
    json.put("warm_up", options.warmUps());
    Slo slo = options.slo();
    json.put("slo", slo == null ? null : slo.toString());
    json.put("seed", options.seed());
    return json;
  }

  private static @Nullable Long millis(@Nullable Duration time) {
    return time == null ? null : time.toMillis();
  }
}
