package io.stepwise.http;

import io.stepwise.sampling.ModelInfo;
import java.util.List;
import java.util.Objects;

/**
 * What a model takes and gives, in the shape of the Open Inference Protocol. -1 is a dimension of
 * any size.
 */
record InferenceMetadataJson(
    String name,
    List<String> versions,
    String platform,
    List<Tensor> inputs,
    List<Tensor> outputs) {

  private record Tensor(String name, String datatype, List<Integer> shape) {

    static Tensor vector(String name, String datatype) {
      return new Tensor(name, datatype, List.of(-1));
    }
  }

  /** The server; it has none of the extensions that other servers define. */
  record Server(String name, String version, List<String> extensions) {

    static Server running() {
      String version = Server.class.getPackage().getImplementationVersion();
      return new Server("stepwise", Objects.requireNonNullElse(version, "development"), List.of());
    }
  }

  /** Whether a replica can work on a model. */
  record Ready(String name, boolean ready) {}

  static InferenceMetadataJson of(ModelInfo model) {
    return new InferenceMetadataJson(
        model.name(),
        model.versions(),
        "stepwise",
        List.of(
            Tensor.vector("seed", "INT64"),
            Tensor.vector("label", "BYTES"),
            Tensor.vector("steps", "INT32"),
            Tensor.vector("guidance", "FP32"),
            Tensor.vector("eta", "FP32"),
            Tensor.vector("solver", "BYTES"),
            new Tensor("n", "INT32", List.of(1))),
        List.of(
            new Tensor(
                "images", "UINT8", List.of(-1, model.height(), model.width(), model.channels())),
            Tensor.vector("seed", "INT64")));
  }
}
