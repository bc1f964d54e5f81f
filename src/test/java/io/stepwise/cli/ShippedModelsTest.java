package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ModelDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ShippedModelsTest {

  private static final long MOST_BYTES = 20_000_000;

  @Test
  void allTogetherAreSmall() {
    long bytes =
        ModelLibrary.SHIPPED.stream().mapToLong(name -> size(ModelLibrary.folder(name))).sum();

    assertThat(bytes).isLessThan(MOST_BYTES);
  }

  @Test
  void eachIsWholeAndDrawsTheSameLabels() {
    for (String name : ModelLibrary.SHIPPED) {
      ModelDescription model = ModelLibrary.open(name, "cpu").description();

      assertThat(model.name()).isEqualTo(name);
      assertThat(model.labels()).contains("sneaker").hasSize(10);
      assertThat(model.hasNoneLabel()).isTrue();
    }
  }

  private static long size(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(ShippedModelsTest::bytes).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long bytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
