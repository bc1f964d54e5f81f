package io.stepwise.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.diffusion.LogVarianceBounds;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.diffusion.StepRow;

/** A plan as JSON with every digit, from which anyone can replay a trajectory. */
final class PlanJson {

  private static final JsonMapper MAPPER = new JsonMapper();

  private PlanJson() {}

  static String of(StepPlan plan) throws JsonProcessingException {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("initial_scale", plan.initialScale());
    json.put("history", plan.history());
    ArrayNode rows = json.putArray("rows");
    plan.rows().forEach(row -> write(row, rows.addObject()));
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
  }

  private static void write(StepRow row, ObjectNode json) {
    json.put("timestep", row.timestep());
    json.put("input_scale", row.inputScale());
    json.put("p", row.p());
    json.put("q", row.q());
    json.put("clip", row.clip());
    write(row.m(), json.putArray("m"));
    json.put("v", row.v());
    LogVarianceBounds bounds = row.logVarianceBounds();
    if (bounds == null) {
      json.putNull("log_variance_bounds");
    } else {
      json.putArray("log_variance_bounds").add(bounds.low()).add(bounds.high());
    }
  }

  private static void write(StepMatrix m, ArrayNode json) {
    for (int r = 0; r < m.rows(); r++) {
      ArrayNode row = json.addArray();
      for (int c = 0; c < m.columns(); c++) {
        row.add(m.get(r, c));
      }
    }
  }
}
