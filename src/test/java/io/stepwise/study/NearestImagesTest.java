package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.data.ImageDataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestImagesTest {

  private static byte[] grey(int level) {
    byte[] pixels = new byte[4];
    Arrays.fill(pixels, (byte) level);
    return pixels;
  }

  @Test
  void distanceIsToTheNearestImage() {
    List<byte[]> images = List.of(grey(0), grey(51), grey(255));
    ImageDataset dataset = ImageDataset.of(1, 2, 2, List.of(), new int[] {-1, -1, -1}, images);
    // levels 0, 51 and 255 are -1, -.6 and 1
    float[] middle = {.5f, .5f, .5f, .5f};
    float[] halfDark = {-1, -1, -.6f, -.6f};
    double[] distances =
        NearestImages.distances(List.of(middle, halfDark, dataset.image(1)), dataset, 1);
    assertThat(distances[0]).isCloseTo(.5, within(1e-5));
    assertThat(distances[1]).isCloseTo(Math.sqrt(.08), within(1e-5));
    assertThat(distances[2]).isCloseTo(0, within(1e-3));
  }

  @Test
  void everyOneOfManyImagesFindsItsNearest() {
    int count = 2500;
    List<byte[]> levels = Collections.nCopies(count, grey(0));
    int[] labels = new int[count];
    Arrays.fill(labels, -1);
    ImageDataset dataset = ImageDataset.of(1, 2, 2, List.of(), labels, levels);
    List<float[]> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float value = (float) i / count;
      images.add(new float[] {value, value, value, value});
    }
    double[] distances = NearestImages.distances(images, dataset, 1);
    assertThat(distances).hasSize(count);
    for (int i = 0; i < count; i++) {
      assertThat(distances[i]).isCloseTo(1 + (double) i / count, within(1e-5));
    }
  }
}
