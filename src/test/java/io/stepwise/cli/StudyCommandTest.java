package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.image.FloatImage;
import io.stepwise.image.Png;
import io.stepwise.network.TinyFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Untrained networks of 8 x 8 pixels from their weights to the pages. */
final class StudyCommandTest {

  @TempDir private static Path folder;

  private static String data = "";
  private static String classifier = "";

  @BeforeAll
  static void drawImagesAndTrainClassifier() throws IOException {
    data = folder.resolve("data").toString();
    for (String split : List.of("train", "test")) {
      for (String label : List.of("left", "top")) {
        Path images = Files.createDirectories(Path.of(data, split, label));
        for (int i = 0; i < 6; i++) {
          float[] pixels = new float[64];
          Arrays.fill(pixels, label.equals("left") ? -0.8f + 0.03f * i : 0.8f - 0.05f * i);
          Files.write(images.resolve(i + ".png"), Png.encode(new FloatImage(1, 8, 8, pixels)));
        }
      }
    }
    TinyFolder.write(folder.resolve("one"), 1);
    TinyFolder.write(folder.resolve("two"), 2);
    classifier = folder.resolve("classifier.safetensors").toString();
    CommandResult trained =
        CommandResult.of(
            "evaluate",
            "--model",
            folder.resolve("one").toString(),
            "--data",
            data,
            "--train-classifier",
            classifier);
    assertThat(trained.err()).isEmpty();
  }

  private static CommandResult study(String models, Path out, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("study", "--model", models, "--out", out.toString()));
    arguments.addAll(List.of("--data", data, "--classifier", classifier));
    arguments.addAll(List.of("--images", "2", "--grid", "4", "--n", "6", "--seeds", "1"));
    arguments.addAll(List.of("--steps", "1,2"));
    arguments.addAll(List.of("--chains", "6", "--loop-steps", "5", "--recovery-images", "4"));
    arguments.addAll(List.of(more));
    return CommandResult.of(arguments.toArray(String[]::new));
  }

  @Test
  void interruptedStudyMeasuresOnlyWhatIsMissing() throws IOException {
    Path out = folder.resolve("study");
    String one = folder.resolve("one").toString();
    String two = folder.resolve("two").toString();

    CommandResult first = study(one, out, "--only", "bits,thousand-step-vae");
    String three = "bits,thousand-step-vae,steps";
    CommandResult both = study(one + "," + two, out, "--only", three);
    CommandResult again = study(one + "," + two, out, "--only", three);

    assertThat(first.err().lines())
        .containsExactly("measuring bound-one", "measuring thousand-step-vae-one");
    assertThat(both.err().lines())
        .startsWith("measuring bound-two", "measuring thousand-step-vae-two")
        .contains("measuring samples-one, ddpm 1", "measuring samples-two, dpmpp-sde 2")
        .doesNotHaveDuplicates();
    assertThat(again.err()).isEmpty();
    assertThat(again.exitCode()).isZero();
    for (String page : List.of("bits", "thousand-step-vae", "steps")) {
      assertThat(Files.readString(out.resolve(page + ".md")))
          .contains("`one`")
          .contains("`two`")
          .doesNotContain("NaN");
    }
    assertThat(Files.readString(out.resolve("README.md")))
        .contains("More steps make the bound of `one` tighter.")
        .contains("(thousand-step-vae.md)")
        .contains("| `one` | ddpm | ");
    assertThat(pictures(out)).allMatch(Files::exists).hasSizeGreaterThan(8);
  }

  /** Returns the files that the pages show. */
  private static List<Path> pictures(Path out) throws IOException {
    List<Path> pictures = new ArrayList<>();
    try (Stream<Path> files = Files.list(out)) {
      for (Path page : files.filter(file -> file.toString().endsWith(".md")).toList()) {
        Files.readString(page)
            .lines()
            .filter(line -> line.startsWith("!["))
            .map(line -> out.resolve(line.substring(line.indexOf('(') + 1, line.indexOf(')'))))
            .forEach(pictures::add);
      }
    }
    return pictures;
  }

  @Test
  void skippedModelIsLeftOutOfThatExperimentAlone() throws IOException {
    Path out = folder.resolve("skipping");
    String models = folder.resolve("one") + "," + folder.resolve("two");

    study(models, out, "--only", "bits,steps", "--skip", "steps:two");

    assertThat(Files.readString(out.resolve("bits.md"))).contains("`one`").contains("`two`");
    assertThat(Files.readString(out.resolve("steps.md"))).contains("`one`").doesNotContain("`two`");
  }

  @Test
  void otherWeightsAreMeasuredAnew() {
    Path out = folder.resolve("changed");
    Path model = folder.resolve("changing");
    TinyFolder.write(model, 3);
    study(model.toString(), out, "--only", "bits");
    TinyFolder.write(model, 4);

    CommandResult again = study(model.toString(), out, "--only", "bits");

    assertThat(again.err()).contains("measuring bound-changing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --skip       | steps:no | --skip: steps:no (expected: an experiment and the name of one of these models: steps:one)
          --only       | speed | --only: speed (expected: of bits, crossover, latent-size,
          --images     | 1     | --images: 1 (expected: >= 2)
          --grid       | 3     | --grid: 3 (expected: a power of two up to 65536)
          --steps      | 2,0   | --steps: 0 (expected: >= 1)
          --importance-samples | 1 | --importance-samples: 1 (expected: >= 2)
          --seeds      | 0     | --seeds: 0 (expected: >= 1)
          --n          | 100   | --images: 32 (expected: 12 at most, the images of the smaller split)
          --loop-steps | 1001  | --loop-steps: 1001 (expected: <= 1000)
          """)
  void badArgumentsCostNothing(String option, String value, String message) {
    Path out = folder.resolve("refused");

    CommandResult result =
        CommandResult.of(
            "study",
            "--model",
            folder.resolve("one").toString(),
            "--out",
            out.toString(),
            "--data",
            data,
            option,
            value);

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(message);
    assertThat(out).doesNotExist();
  }
}
