package io.stepwise.http;

import io.stepwise.sampling.ModelInfo;
import java.time.Instant;
import java.util.List;

/**
 * A model, in the shape of OpenAI's API with additions.
 *
 * @param created when the server began to offer it, seconds since 1970
 * @param snapshot digest of its weights
 * @param size "WIDTHxHEIGHT", the only one it makes
 * @param noneLabel whether an empty prompt and guidance other than 1 are possible
 */
record ModelJson(
    String id,
    String object,
    long created,
    String ownedBy,
    String snapshot,
    List<String> labels,
    boolean noneLabel,
    String size,
    int channels,
    List<String> solvers,
    String defaultSolver,
    int maxSteps,
    int maxImages,
    boolean ready) {

  /** Models, the default one first. */
  record Models(String object, List<ModelJson> data) {

    static Models of(List<ModelInfo> models, Instant created) {
      return new Models("list", models.stream().map(m -> ModelJson.of(m, created)).toList());
    }
  }

  static ModelJson of(ModelInfo model, Instant created) {
    return new ModelJson(
        model.name(),
        "model",
        created.getEpochSecond(),
        "stepwise",
        model.digest(),
        model.labels(),
        model.hasNoneLabel(),
        size(model),
        model.channels(),
        model.solvers(),
        model.defaultSolver(),
        model.maxSteps(),
        model.maxImages(),
        model.ready());
  }

  static String size(ModelInfo model) {
    return model.width() + "x" + model.height();
  }
}
