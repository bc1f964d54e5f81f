package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** What the {@link LoopExperiment} says of running a decoder a thousand times. */
final class LoopClaims {

  /** An error as small as this part of the images' variance is a recovery. */
  private static final double RECOVERED = 0.1;

  /** Estimates that are as near to one another, where independent images are at 1, are one image. */
  private static final double SAME = 0.1;

  /** The part of a chain that counts as its end. */
  private static final int TENTH = 10;

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
          JsonNode loop = samplers.get("loop");
          claims.add(stay(model, loop));
          if (samplers.has("ddpm")) {
            claims.add(comparison(model, loop, samplers.get("ddpm")));
          }
        });
    return claims;
  }

  private static Claim stay(String model, JsonNode loop) {
    JsonNode displacement = loop.get("displacement");
    int count = displacement.size();
    double last =
        IntStream.range(count - Math.max(1, count / TENTH), count)
            .mapToDouble(i -> displacement.get(i).asDouble())
            .average()
            .orElseThrow();
    return new Claim(
        "Run again and again on its own noised images, `%s` settles on one image each."
            .formatted(model),
        last <= SAME ? Claim.Verdict.HOLDS : Claim.Verdict.FAILS,
        String.format(
            Locale.ROOT,
            "in the last tenth of the steps an estimate is %.4f from the one before, where"
                + " independent images are at 1; the label switches %.1f times in 100 steps",
            last,
            loop.get("label_switches_per_100_steps").asDouble()));
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
