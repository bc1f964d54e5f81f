package io.stepwise.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** Requests as the server reads them. */
final class RequestJson {

  /** OpenAI's API allows no empty prompt. */
  private static final String SOME_PROMPT = "a picture";

  private static final int MOST_PARTIAL_IMAGES = 3;

  private final Target target;
  private final RequestOptions options;
  private final String idPrefix;

  /**
   * Makes a writer of requests.
   *
   * @param idPrefix what the id of each request begins with
   */
  RequestJson(Target target, RequestOptions options, String idPrefix) {
    this.target = target;
    this.options = options;
    this.idPrefix = idPrefix;
  }

  /** Returns the id of a request. */
  String id(PlannedRequest request) {
    return idPrefix + request.index();
  }

  /** Returns the body of a POST. */
  ObjectNode body(PlannedRequest request) {
    ObjectNode body = fields(request);
    if (target.streaming() == Streaming.SSE) {
      body.put("stream", true);
      body.put("partial_images", partialImages(request.steps()));
    }
    return body;
  }

  /** Returns the message that asks for images over a websocket. */
  ObjectNode message(PlannedRequest request) {
    ObjectNode message = Json.object().put("type", "generate");
    message.setAll(fields(request));
    return message.put("preview_every", options.previewEvery());
  }

  private ObjectNode fields(PlannedRequest request) {
    ObjectNode fields = Json.object();
    if (options.model() != null) {
      fields.put("model", options.model());
    }
    if (request.prompt() != null) {
      fields.put("prompt", request.prompt());
    } else if (target.openAi()) {
      fields.put("prompt", SOME_PROMPT);
    }
    fields.put("n", options.n());
    if (options.size() != null) {
      fields.put("size", options.size());
    }
    if (!target.openAi()) {
      putOurs(fields, request);
    }
    return fields;
  }

  private void putOurs(ObjectNode fields, PlannedRequest request) {
    fields.put("id", id(request));
    fields.put("seed", request.seed());
    if (request.steps() != StepMix.SERVERS_CHOICE) {
      fields.put("steps", request.steps());
    }
    if (options.solver() != null) {
      fields.put("solver", options.solver());
    }
    Double guidance = options.guidance();
    if (guidance != null) {
      fields.put("guidance", guidance);
    }
    Duration deadline = options.deadline();
    if (deadline != null) {
      fields.put("deadline_ms", deadline.toMillis());
    }
  }

  private int partialImages(int steps) {
    int every = options.previewEvery();
    if (every == 0) {
      return 0;
    }
    boolean isKnown = !target.openAi() && steps != StepMix.SERVERS_CHOICE;
    return isKnown ? steps / every : MOST_PARTIAL_IMAGES;
  }
}
