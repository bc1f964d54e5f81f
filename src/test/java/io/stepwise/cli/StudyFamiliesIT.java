package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.image.FloatImage;
import io.stepwise.image.Png;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of every family, hardly trained, from their weights to the pages of the study. */
final class StudyFamiliesIT {

  private static final List<String> NAMES = new ArrayList<>();

  @TempDir private static Path folder;

  @BeforeAll
  static void trainModels() throws IOException {
    for (String split : List.of("train", "test")) {
      for (String label : List.of("dark", "light")) {
        Path images = Files.createDirectories(folder.resolve("data").resolve(split).resolve(label));
        for (int i = 0; i < 6; i++) {
          float[] pixels = new float[64];
          Arrays.fill(pixels, label.equals("dark") ? -0.8f + 0.03f * i : 0.8f - 0.05f * i);
          Files.write(images.resolve(i + ".png"), Png.encode(new FloatImage(1, 8, 8, pixels)));
        }
      }
    }
    train("ddpm", "--variance", "learned_range");
    train("vdm");
    train("vae");
    train("gan");
    train("gan", "plain", "--no-style-noise");
    train("one-step");
    train("one-step", "plain", "--encoder", "none");
    train("psi-diffusion", "2", "--timesteps", "2");
    train("psi-diffusion", "plain-2", "--encoder", "none", "--timesteps", "2");
    train("hierarchical-vae", "--levels", "2");
    CommandResult trained =
        run("evaluate", "--model", model("ddpm"), "--train-classifier", classifier());
    assertThat(trained.err()).isEmpty();
  }

  private static void train(String family, String... more) {
    boolean hasSuffix = more.length > 0 && !more[0].startsWith("--");
    String name = hasSuffix ? family + "-" + more[0] : family;
    List<String> arguments = new ArrayList<>(List.of("train", "--family", family, "--grey"));
    arguments.addAll(List.of("--out", folder.resolve("runs/" + name).toString()));
    arguments.addAll(List.of("--batch-size", "4", "--epochs", "1", "--warm-up", "1"));
    if (!family.equals("gan")) {
      arguments.addAll(List.of("--channels", "16,16"));
    }
    arguments.addAll(Arrays.asList(more).subList(hasSuffix ? 1 : 0, more.length));
    CommandResult result = run(arguments.toArray(String[]::new));
    assertThat(result.err()).isEmpty();
    NAMES.add(name);
    try {
      Files.move(folder.resolve("runs/" + name + "/model"), folder.resolve(name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static CommandResult run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--data", folder.resolve("data").toString()));
    return CommandResult.of(all.toArray(String[]::new));
  }

  private static String model(String name) {
    return folder.resolve(name).toString();
  }

  private static String classifier() {
    return folder.resolve("classifier.safetensors").toString();
  }

  private static CommandResult study(Path out) {
    return run(
        "study",
        "--model",
        String.join(",", NAMES.stream().map(StudyFamiliesIT::model).toList()),
        "--out",
        out.toString(),
        "--classifier",
        classifier(),
        "--only",
        "bits,crossover,latent-size,steps,style-noise,families",
        "--images",
        "3",
        "--grid",
        "2",
        "--importance-samples",
        "2",
        "--n",
        "6",
        "--seeds",
        "2",
        "--chains",
        "6",
        "--recovery-images",
        "4",
        "--steps",
        "1,2");
  }

  @Test
  void everyFamilyHasItsPlaceOnThePages() throws IOException {
    Path out = folder.resolve("study");

    CommandResult result = study(out);

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(page(out, "bits")).contains("| `ddpm` | ").doesNotContain("psi", "| `gan");
    assertThat(page(out, "crossover"))
        .contains("| `one-step` | ψ | 1 |", "| `one-step-plain` | none | 1 |")
        .contains("| `psi-diffusion-2` | ψ | 2 |", "| `vdm` | none | 2 |");
    assertThat(page(out, "latent-size"))
        .contains("| `vae` | ", "| `one-step` | 64 | ", "| `hierarchical-vae` | 128 | ")
        .doesNotContain("plain", "gan");
    assertThat(page(out, "style-noise"))
        .contains("| `gan` | yes |", "| `gan-plain` | no |", "What the noise of `gan` draws");
    assertThat(page(out, "steps")).contains("## `ddpm`", "## `vdm`").doesNotContain("## `vae`");
    for (String name : NAMES) {
      assertThat(page(out, "families")).contains("| `" + name + "` | ");
    }
    assertThat(page(out, "README"))
        .contains("The variance that `ddpm` has learnt for its steps makes its bound tighter.")
        .contains("An encoder tightens the bound of a diffusion model of few steps.")
        .contains("Noise for each pixel brings a generator's samples nearer to real images.")
        .contains("| `ddpm` | ddpm | ");
  }

  private static String page(Path out, String name) throws IOException {
    String text = Files.readString(out.resolve(name + ".md"));
    assertThat(text).doesNotContain("NaN").doesNotContain("null");
    return text;
  }

  /** An experiment finds what another one has measured, and so does a study that is begun again. */
  @Test
  void nothingIsMeasuredTwice() throws IOException {
    Path out = folder.resolve("again");

    List<String> measured = study(out).err().lines().toList();

    assertThat(measured).doesNotHaveDuplicates();
    assertThat(measured)
        .contains(
            "measuring bound-one-step", "measuring samples-vae, ddpm 1", "measuring noise-gan");
    assertThat(study(out).err()).isEmpty();
    JsonNode samples =
        new ObjectMapper().readTree(out.resolve("results/samples-vdm.json").toFile());
    assertThat(samples.get("figures").has("ddpm 1")).isTrue();
    assertThat(samples.get("figures").has("ddim 2")).isTrue();
  }
}
