package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.family.Family;
import io.stepwise.network.FolderModel;
import io.stepwise.network.ModelDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ShippedModelsTest {

  private static final long MOST_BYTES = 20_000_000;
  private static final Set<Family> UNLABELLED = Set.of(Family.VAE, Family.GAN);

  @Test
  void thoseBesideTheDefaultAreSmallTogether() {
    long bytes =
        ModelLibrary.SHIPPED.stream()
            .skip(1)
            .mapToLong(name -> size(ModelLibrary.folder(name)))
            .sum();

    assertThat(bytes).isLessThan(MOST_BYTES);
  }

  @Test
  void eachIsWholeAndDrawsTheLabelsOfTheDefault() {
    List<String> labels = ModelLibrary.open("fashion-mnist", "cpu").description().labels();
    assertThat(labels).contains("sneaker").hasSize(10);
    for (String name : ModelLibrary.SHIPPED) {
      FolderModel folder = ModelLibrary.open(name, "cpu");
      ModelDescription model = folder.description();

      assertThat(model.name()).isEqualTo(name);
      boolean isUnlabelled = UNLABELLED.contains(Family.of(folder.stepwise().family()));
      assertThat(model.labels()).isEqualTo(isUnlabelled ? List.of() : labels);
      assertThat(model.hasNoneLabel()).isEqualTo(!isUnlabelled);
    }
  }

  @Test
  void stepsOfMultistepSolversWithTheDefaultAreEvenRatiosOfNoise() {
    SchedulerConfig scheduler = ModelLibrary.open("fashion-mnist", "cpu").description().scheduler();

    assertThat(scheduler.plan(50, null).rows().get(0).timestep()).isEqualTo(980);
    for (String solver : List.of("dpmpp", "unipc", "euler", "heun")) {
      assertThat(scheduler.withSolver(solver).plan(10, null).rows())
          .allSatisfy(row -> assertThat(Math.abs(row.m().get(0, 0))).isLessThan(3));
    }
  }

  @Test
  void thereIsOneOfEachFamily() {
    assertThat(ModelLibrary.SHIPPED)
        .extracting(name -> Family.of(ModelLibrary.open(name, "cpu").stepwise().family()))
        .containsExactlyInAnyOrder(Family.values());
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
