package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.network.ImageShape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Generators that are formulas: the code sets the level of the image, the noise each pixel's. */
final class StyleNoiseTest {

  private static final ImageShape SHAPE = new ImageShape(1, 8, 8);

  private static Map<String, Object> figures(double ofCode, double ofNoise) {
    return new StyleNoise(64, 64)
        .figures(
            states ->
                states.stream()
                    .map(
                        state -> {
                          assertThat(state).hasSize(1 + SHAPE.size());
                          float[] image = new float[SHAPE.size()];
                          for (int j = 0; j < image.length; j++) {
                            image[j] = (float) (ofCode * state[0] + ofNoise * state[1 + j]);
                          }
                          return image;
                        })
                    .toList(),
            1,
            1 + SHAPE.size(),
            SHAPE,
            5);
  }

  @Test
  void noiseAtOneCodeIsTakenApartFromTheCode() {
    Map<String, Object> figures = figures(.5, .1);

    assertThat((double) figures.get("deviation")).isCloseTo(.1, within(.001));
    assertThat((double) figures.get("fine_share")).isCloseTo(.75, within(.01));
    assertThat((double) figures.get("code_deviation")).isCloseTo(.5, within(.1));
    assertThat((double) figures.get("code_fine_share")).isLessThan(.002);
  }

  @Test
  void noiseThatDoesNothingHasNoDeviation() {
    assertThat(figures(.5, 0))
        .containsEntry("deviation", 0.0)
        .containsEntry("fine_share", 0.0)
        .containsEntry("largest_deviation", 0.0);
  }

  @Test
  void picturesAreDrawsAndTheMapOfDeviations() {
    List<?> images = Pictures.images(new ObjectMapper().valueToTree(figures(.5, .1)));

    assertThat(images).hasSize(4 * (8 + 1));
  }
}
