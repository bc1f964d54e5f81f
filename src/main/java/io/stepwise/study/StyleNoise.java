package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.network.ImageShape;
import io.stepwise.network.StepKernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the noise of a style generator changes in its images, and what its code does. A state is the
 * code, and behind it the noise.
 *
 * @param codes how many codes are drawn, 4 or more
 * @param draws how many noises of each, 8 or more
 */
record StyleNoise(int codes, int draws) {

  static final StyleNoise DEFAULT = new StyleNoise(32, 32);

  private static final int SHOWN_CODES = 4;
  private static final int SHOWN_DRAWS = 8;

  /** The first draw of noise that no sample begins with, so that both may share a seed. */
  private static final int FIRST_STREAM = 1 << 20;

  /** Makes images of states. */
  @FunctionalInterface
  interface Generator {

    /** Returns an image of each state, [C, H, W] row-major in [-1, 1]. */
    List<float[]> decode(List<float[]> states);
  }

  /** Returns the figures of a model, see {@link #figures}. */
  JsonNode measure(MeasuredModel model, int codeSize) throws IOException {
    StudyMaterial material = model.material();
    int size = model.description().shape().size();
    return model.measured(
        "noise",
        Map.of("codes", codes, "draws", draws),
        (StepKernel kernel) -> {
          Generator generator =
              states -> {
                List<float[]> images = new ArrayList<>();
                for (int from = 0; from < states.size(); from += material.batchSize()) {
                  int to = Math.min(states.size(), from + material.batchSize());
                  images.addAll(kernel.decode(states.subList(from, to)));
                  material.onEvaluations().accept(to - from);
                }
                return images;
              };
          return figures(
              generator, codeSize, size, model.description().imageShape(), material.seed());
        });
  }

  /**
   * Returns the deviation of a pixel and the share of the variance in the fine band, over noises at
   * one code and over the mean images of codes, and pictures: for a few codes some draws and the
   * deviation of each pixel.
   *
   * @param codeSize numbers of the code
   * @param size numbers of a state
   */
  Map<String, Object> figures(
      Generator generator, int codeSize, int size, ImageShape shape, long seed) {
    List<ImageBands> bands = new ArrayList<>();
    List<List<float[]>> shown = new ArrayList<>();
    for (int code = 0; code < codes; code++) {
      List<float[]> images = generator.decode(states(code, codeSize, size, seed));
      bands.add(ImageBands.of(images, shape));
      if (code < SHOWN_CODES) {
        shown.add(images.subList(0, SHOWN_DRAWS));
      }
    }
    double variance = bands.stream().mapToDouble(ImageBands::variance).average().orElse(0);
    double fine = bands.stream().mapToDouble(ImageBands::fine).average().orElse(0);
    ImageBands ofCodes = ImageBands.of(bands.stream().map(ImageBands::mean).toList(), shape);
    double largest = largest(bands.subList(0, SHOWN_CODES));
    List<float[]> pictures = new ArrayList<>();
    for (int code = 0; code < SHOWN_CODES; code++) {
      pictures.addAll(shown.get(code));
      pictures.add(map(bands.get(code).deviation(), largest));
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("codes", codes);
    figures.put("draws", draws);
    figures.put("deviation", Math.sqrt(variance));
    figures.put("fine_share", variance == 0 ? 0 : fine / variance);
    figures.put("code_deviation", Math.sqrt(ofCodes.variance()));
    figures.put("code_fine_share", ofCodes.fineShare());
    figures.put("largest_deviation", largest);
    figures.putAll(Pictures.figures(pictures, shape));
    return figures;
  }

  /** Returns the states of one code with all draws of the noise. */
  private List<float[]> states(int code, int codeSize, int size, long seed) {
    float[] drawn = new NormalStream(seed, code, FIRST_STREAM).draw(codeSize);
    List<float[]> states = new ArrayList<>();
    for (int draw = 1; draw <= draws; draw++) {
      float[] state = new NormalStream(seed, code, FIRST_STREAM + draw).draw(size);
      System.arraycopy(drawn, 0, state, 0, codeSize);
      states.add(state);
    }
    return states;
  }

  private static double largest(List<ImageBands> bands) {
    double largest = 0;
    for (ImageBands band : bands) {
      for (float deviation : band.deviation()) {
        largest = Math.max(largest, deviation);
      }
    }
    return largest;
  }

  /** Returns the deviations as an image, the largest white. */
  private static float[] map(float[] deviation, double largest) {
    float[] map = new float[deviation.length];
    for (int j = 0; j < map.length; j++) {
      map[j] = (float) (largest == 0 ? -1 : 2 * deviation[j] / largest - 1);
    }
    return map;
  }
}
