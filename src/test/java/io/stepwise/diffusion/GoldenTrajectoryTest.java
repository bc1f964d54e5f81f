package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replays the trajectories of {@code golden/schedulers}, whose origin its README tells. */
final class GoldenTrajectoryTest {

  private static final double TOLERANCE = 1e-4;
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ddpm-linear-50",
        "ddpm-linear-1000",
        "ddpm-cosine-v",
        "ddpm-learned-range",
        "ddim-eta0",
        "ddim-eta1-trailing",
        "euler",
        "euler-ancestral",
        "heun-10",
        "dpmpp-2m-20",
        "dpmpp-2m-karras",
        "sde-dpmpp-2m",
        "unipc-10",
        "lcm-4",
        "flow-euler-20",
        "consistency-1",
        "consistency-2"
      })
  void planReplaysTheReferenceTrajectory(String name) throws IOException {
    JsonNode golden = read(name);
    StepPlan plan = plan(golden);

    assertThat(plan.rows().stream().mapToDouble(StepRow::timestep).toArray())
        .containsExactly(doubles(golden.get("timesteps")));
    JsonNode noises = golden.get("noises_per_step");
    List<double[]> states =
        new PlanInterpreter(plan, GoldenTrajectoryTest::network)
            .states(doubles(golden.get("init_sample")), step -> noise(noises.get(step)));

    assertThat(states).hasSameSizeAs(golden.get("states"));
    for (int step = 0; step < states.size(); step++) {
      double[] expected = doubles(golden.get("states").get(step));
      double[] actual = states.get(step);
      for (int e = 0; e < expected.length; e++) {
        double error = Math.abs(actual[e] - expected[e]) / Math.max(1, Math.abs(expected[e]));
        assertThat(error).as("state %d, element %d", step, e).isLessThan(TOLERANCE);
      }
    }
  }

  private static StepPlan plan(JsonNode golden) {
    Map<String, Object> fields = JSON.convertValue(golden.get("config"), new TypeReference<>() {});
    fields.put("_class_name", golden.get("scheduler").asText());
    Double eta = golden.has("eta") ? golden.get("eta").asDouble() : null;
    return SchedulerConfig.parse(fields).plan(golden.get("steps").asInt(), eta);
  }

  /** The network that the README names, with its variance channels. */
  private static double[] network(double[] x, double timestep) {
    double[] out = new double[2 * x.length];
    for (int e = 0; e < x.length; e++) {
      out[e] = Math.tanh(0.7 * x[e] + 0.3 * Math.sin(timestep / 100)) + 0.1 * x[e];
      out[x.length + e] = Math.sin(1.3 * x[e]);
    }
    return out;
  }

  private static JsonNode read(String name) throws IOException {
    String path = "/golden/schedulers/" + name + ".json";
    try (InputStream file = GoldenTrajectoryTest.class.getResourceAsStream(path)) {
      return JSON.readTree(Objects.requireNonNull(file, path));
    }
  }

  private static double @Nullable [] noise(JsonNode node) {
    return node.isNull() ? null : doubles(node);
  }

  private static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }
}
