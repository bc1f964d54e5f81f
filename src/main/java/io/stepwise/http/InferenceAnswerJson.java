package io.stepwise.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepwise.image.FloatImage;
import io.stepwise.image.Png;
import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationResult.Completed;
import io.stepwise.sampling.Usage;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Images as tensors, in the shape of the Open Inference Protocol.
 *
 * @param modelVersion digest of the weights that made the images
 * @param id the client's name for the request; left out if it gave none
 */
record InferenceAnswerJson(
    String modelName,
    String modelVersion,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String id,
    Parameters parameters,
    List<Tensor> outputs) {

  /** What the images took: the longest of their generations, and the steps of all. */
  private record Parameters(long queueMs, long runMs, long steps) {}

  /** An output; {@code data} is an array of numbers in row-major order. */
  private record Tensor(String name, String datatype, int[] shape, Object data) {}

  /**
   * Returns the answer.
   *
   * @param results one or more, all of one model
   */
  static InferenceAnswerJson of(InferenceRequestJson request, List<Completed> results) {
    Completed first = results.get(0);
    List<GeneratedImage> images =
        results.stream().flatMap(result -> result.images().stream()).toList();
    return new InferenceAnswerJson(
        first.model(),
        first.snapshot(),
        request.id(),
        parameters(results.stream().map(Completed::usage).toList()),
        request.outputs().stream().map(output -> tensor(output, images)).toList());
  }

  private static Parameters parameters(List<Usage> usages) {
    return new Parameters(
        longest(usages, Usage::queued),
        longest(usages, Usage::ran),
        usages.stream().mapToLong(Usage::steps).sum());
  }

  private static long longest(List<Usage> usages, Function<Usage, Duration> time) {
    return usages.stream().map(time).max(Comparator.naturalOrder()).orElseThrow().toMillis();
  }

  private static Tensor tensor(InferenceOutput output, List<GeneratedImage> images) {
    if (output == InferenceOutput.SEED) {
      long[] seeds = images.stream().mapToLong(GeneratedImage::seed).toArray();
      return new Tensor(output.tensor(), output.datatype(), new int[] {seeds.length}, seeds);
    }
    List<FloatImage> pixels = images.stream().map(image -> Png.decode(image.png())).toList();
    FloatImage one = pixels.get(0);
    int n = pixels.size();
    return output == InferenceOutput.IMAGES_FP32
        ? new Tensor(
            output.tensor(),
            output.datatype(),
            new int[] {n, one.channels(), one.height(), one.width()},
            floats(pixels))
        : new Tensor(
            output.tensor(),
            output.datatype(),
            new int[] {n, one.height(), one.width(), one.channels()},
            bytes(pixels));
  }

  private static float[] floats(List<FloatImage> images) {
    int size = images.get(0).pixels().length;
    float[] values = new float[images.size() * size];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i).pixels(), 0, values, i * size, size);
    }
    return values;
  }

  private static int[] bytes(List<FloatImage> images) {
    int channels = images.get(0).channels();
    int size = images.get(0).pixels().length;
    int area = size / channels;
    int[] values = new int[images.size() * size];
    for (int i = 0; i < values.length; i++) {
      int inImage = i % size;
      float value = images.get(i / size).pixels()[inImage % channels * area + inImage / channels];
      values[i] = Math.round((value + 1) * 127.5f); // -> [0, 255]
    }
    return values;
  }
}
