package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.NormalStream;
import io.stepwise.network.ImageShape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ImageBandsTest {

  private static final ImageShape SHAPE = new ImageShape(1, 16, 16);

  private static List<float[]> noise(int images) {
    return IntStream.range(0, images)
        .mapToObj(i -> new NormalStream(3, i, 0).draw(SHAPE.size()))
        .toList();
  }

  @Test
  void threeQuartersOfWhiteNoiseAreFine() {
    ImageBands bands = ImageBands.of(noise(2000), SHAPE);

    assertThat(bands.variance()).isCloseTo(1, within(.01));
    assertThat(bands.fineShare()).isCloseTo(.75, within(.005));
    assertThat(bands.deviation()).hasSize(SHAPE.size());
    assertThat(bands.deviation()[17]).isCloseTo(1, within(.1f));
    assertThat(bands.mean()[17]).isCloseTo(0, within(.1f));
  }

  @Test
  void squaresOfOneValueHaveNothingFine() {
    List<float[]> images =
        noise(50).stream()
            .map(
                image -> {
                  float[] square = new float[image.length];
                  for (int j = 0; j < square.length; j++) {
                    int y = j / SHAPE.width() / 2 * 2;
                    square[j] = image[y * SHAPE.width() + j % SHAPE.width() / 2 * 2];
                  }
                  return square;
                })
            .toList();

    assertThat(ImageBands.of(images, SHAPE).fineShare()).isCloseTo(0, within(1e-6));
  }

  @Test
  void checkerboardIsAllFine() {
    List<float[]> images =
        IntStream.of(-1, 1)
            .mapToObj(
                sign -> {
                  float[] image = new float[SHAPE.size()];
                  for (int j = 0; j < image.length; j++) {
                    image[j] = (j / SHAPE.width() + j) % 2 == 0 ? sign : -sign;
                  }
                  return image;
                })
            .toList();

    assertThat(ImageBands.of(images, SHAPE).fineShare()).isCloseTo(1, within(1e-12));
  }

  @Test
  void imagesThatAreTheSameHaveNoVariance() {
    float[] image = new float[SHAPE.size()];
    Arrays.fill(image, .25f);

    ImageBands bands = ImageBands.of(List.of(image, image.clone()), SHAPE);

    assertThat(bands.variance()).isZero();
    assertThat(bands.fineShare()).isZero();
    assertThat(bands.mean()).containsOnly(.25f);
  }
}
