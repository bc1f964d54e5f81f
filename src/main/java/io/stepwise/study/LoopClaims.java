package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the {@link LoopExperiment} says of running a decoder a thousand times. */
final class LoopClaims {

  /** An error as small as this part of the images' variance is a recovery. */
  private static final double RECOVERED = 0.1;

  private LoopClaims() {}

  static List<Claim> of(Map<String, JsonNode> results) {
    List<Claim> claims = new ArrayList<>();
    results.forEach(
        (model, figures) -> {
          JsonNode clearest = figures.get("recovery").get(0);
          double error = clearest.get("error").asDouble();
          claims.add(
              new Claim(
                  "The decoder of `%s` finds an image again where hardly any noise is left."
                      .formatted(model),
                  error <= RECOVERED ? Claim.Verdict.HOLDS : Claim.Verdict.FAILS,
                  String.format(
                      Locale.ROOT,
                      "error %.4f of the variance at a log-SNR of %.1f",
                      error,
                      clearest.get("log_snr").asDouble())));
          JsonNode samplers = figures.get("samplers");
          claims.add(passes(model, samplers));
          if (samplers.has("ddpm")) {
            claims.add(comparison(model, samplers.get("loop"), samplers.get("ddpm")));
          }
        });
    return claims;
  }

  private static Claim passes(String model, JsonNode samplers) {
    double switches = switches(samplers.get("loop"));
    String figures =
        String.format(Locale.ROOT, "the label of a chain changes %.1f times", switches);
    JsonNode control = samplers.get("ddpm");
    return new Claim(
        "Run again and again on its own noised images, `%s` passes from one kind of image to another."
            .formatted(model),
        Claim.Verdict.of(switches >= 1),
        control == null
            ? figures
            : figures
                + String.format(Locale.ROOT, ", %.1f by ancestral sampling", switches(control)));
  }

  /** Returns how often the label of a chain changes in the mean. */
  private static double switches(JsonNode sampler) {
    int changes = sampler.get("displacement").size() - 1;
    return sampler.get("label_switches_per_100_steps").asDouble() / 100 * changes;
  }

  private static Claim comparison(String model, JsonNode loop, JsonNode control) {
    double own = loop.get("classifier_frechet_distance").asDouble();
    double ancestral = control.get("classifier_frechet_distance").asDouble();
    return new Claim(
        "Run a thousand times on its own noised images, `%s` draws as well as by ancestral sampling."
            .formatted(model),
        own <= 1.1 * ancestral ? Claim.Verdict.HOLDS : Claim.Verdict.FAILS,
        String.format(
            Locale.ROOT,
            "classifier-Fréchet distance %.2f against %.2f, recall %.2f against %.2f",
            own,
            ancestral,
            loop.get("recall").asDouble(),
            control.get("recall").asDouble()));
  }
}
