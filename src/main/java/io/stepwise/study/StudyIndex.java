package io.stepwise.study;

import io.stepwise.network.FolderModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The first page of a study: what it asks, what it found, and how its models were made. */
final class StudyIndex {

  private static final int SHORT_DIGEST = 8;
  private static final double SECONDS_A_MINUTE = 60;

  /** An experiment with figures, and the claims that they judge. */
  private record Section(Experiment experiment, List<Claim> claims) {}

  private final List<Section> sections = new ArrayList<>();

  void add(Experiment experiment, List<Claim> claims) {
    sections.add(new Section(experiment, claims));
  }

  /** Returns the page as Markdown. */
  String page(Map<String, FolderModel> models) {
    return """
    # Models beside one another

    Why do diffusion models draw better pictures than variational autoencoders, when both climb the same bound? One \
    argument goes: give the autoencoder a latent as large as the image and a U-Net as its decoder, and it *is* a diffusion \
    model, of a single step whose noise leaves nothing of the image. Then only the number of steps differs, and with more \
    steps the bound on the likelihood becomes tighter: from T to 2T each step is asked at a level where the image is \
    easier to see. Two things are left open. An autoencoder has an encoder that makes the noise of an image, and \
    diffusion has none: who needs one? And can an autoencoder be run a thousand times like a diffusion model, decoding \
    its own noised pictures? It was not trained to find an image again in its noise, as a diffusion model or a consistency \
    model is. Other roads to the same place are noise for each pixel in a generator, hierarchies of latents, and \
    straight paths from noise to images.

    Here every model of that argument is trained on the same images and measured by the same figures.
    """
        + claims()
        + pages()
        + models(models);
  }

  private String claims() {
    StringBuilder text = new StringBuilder();
    for (Section section : sections) {
      for (Claim claim : section.claims()) {
        text.append(
            "| %s | **%s** | %s | [%s](%s.md) |%n"
                .formatted(
                    claim.text(),
                    claim.verdict().words(),
                    claim.figures(),
                    section.experiment().name(),
                    section.experiment().name()));
      }
    }
    return text.isEmpty()
        ? ""
        : """

        ## What holds

        A comparison that is within two standard errors holds with a correction at most. Every model was trained once: the \
        errors tell of test images and samples, and not of what another training would have given.

        | claim | verdict | figures | page |
        |---|---|---|---|
        """
            + text;
  }

  private String pages() {
    StringBuilder text =
        new StringBuilder(
            """

            ## Pages

            """);
    for (Section section : sections) {
      text.append(
          "- [%s](%s.md)%n".formatted(section.experiment().title(), section.experiment().name()));
    }
    return text.toString();
  }

  private static String models(Map<String, FolderModel> models) {
    StringBuilder text =
        new StringBuilder(
            """

            ## The models

            `parameters` are those that samples are drawn with, `images seen` counts an image each time it is trained on, \
            and the loss is the best one on images that were kept out, in the units of the family's own objective: it compares \
            within a family only. A dash stands for what the model's folder does not tell.

            | model | family | parameters | images seen | updates | minutes | loss | learning rate | weights |
            |---|---|---:|---:|---:|---:|---:|---:|---|
            """);
    models.forEach((name, model) -> text.append(row(name, model)));
    return text.toString();
  }

  private static String row(String name, FolderModel model) {
    Map<String, Object> training = model.stepwise().training();
    double updates = number(training, "updates");
    return "| `%s` | %s | %s | %s | %s | %s | %s | %s | `%s…` |%n"
        .formatted(
            name,
            model.stepwise().family(),
            model.parameterCount().isPresent()
                ? String.format(Locale.ROOT, "%,d", model.parameterCount().getAsLong())
                : FigureText.NONE,
            FigureText.text(updates * number(training, "batch_size"), 0),
            FigureText.text(updates, 0),
            FigureText.text(number(training, "seconds") / SECONDS_A_MINUTE, 0),
            FigureText.text(number(training, "best_validation_loss"), 4),
            training.getOrDefault("learning_rate", FigureText.NONE),
            model.description().digest().substring(0, SHORT_DIGEST));
  }

  private static double number(Map<String, Object> training, String name) {
    return training.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
