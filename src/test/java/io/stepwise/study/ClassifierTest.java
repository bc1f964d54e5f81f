package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.data.ImageDataset;
import io.stepwise.network.ClassifierNetwork;
import io.stepwise.network.ImageShape;
import io.stepwise.network.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ClassifierTest {

  private static final int COUNT = 16;
  private static final ClassifierTraining.Options OPTIONS =
      new ClassifierTraining.Options(8, 8, 3e-3, 1);

  /** Dark images, and images that are light in the upper half. */
  private static ImageDataset dataset() {
    List<byte[]> images = new ArrayList<>();
    int[] labels = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      byte[] pixels = new byte[64];
      labels[i] = i % 2;
      Arrays.fill(pixels, 0, i % 2 == 0 ? 0 : 32, (byte) (200 + i));
      images.add(pixels);
    }
    return ImageDataset.of(1, 8, 8, List.of("dark", "light"), labels, images);
  }

  private static Map<String, TensorData> train(ImageDataset dataset) {
    try (ClassifierTraining training = new ClassifierTraining(dataset, OPTIONS, 1)) {
      return training.train(update -> {});
    }
  }

  @Test
  void trainedClassifierKnowsItsLabels() {
    ImageDataset dataset = dataset();
    List<float[]> images = IntStream.range(0, COUNT).mapToObj(dataset::image).toList();
    int[] labels = IntStream.range(0, COUNT).map(dataset::label).toArray();
    try (Classifier classifier = new Classifier(Classifier.shape(dataset), 2, train(dataset), 1)) {
      Classifier.Reading reading = classifier.read(images);
      assertThat(Classifier.agreement(reading.labels(), labels)).isEqualTo(1);
      assertThat(reading.features()).hasDimensions(COUNT, ClassifierNetwork.FEATURES);
    }
  }

  @Test
  void sameTrainingGivesTheSameWeights() {
    Map<String, TensorData> first = train(dataset());
    Map<String, TensorData> second = train(dataset());
    first.forEach(
        (name, tensor) ->
            assertThat(second.get(name))
                .isNotNull()
                .satisfies(other -> assertThat(other.values()).isEqualTo(tensor.values())));
  }

  @Test
  void imageIsMirroredRowByRow() {
    float[] pixels = {9, 1, 2, 3, 4, 5, 6};
    ClassifierTraining.mirror(pixels, 1, new ImageShape(1, 2, 3));
    assertThat(pixels).containsExactly(9, 3, 2, 1, 6, 5, 4);
  }

  @Test
  void imagesWithoutLabelsAreRefused() {
    ImageDataset dataset =
        ImageDataset.of(1, 4, 4, List.of(), new int[] {-1}, List.of(new byte[16]));
    assertThatThrownBy(() -> new ClassifierTraining(dataset, OPTIONS, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("labels: 0 (expected: 2 or more, to classify by)");
  }
}
