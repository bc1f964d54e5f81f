package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClaimTest {

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource({"0, HOLDS", "2, HOLDS_WITH_CORRECTION"})
  void boundThatRoseSomewhereNeedsACorrection(int rises, Claim.Verdict verdict) throws Exception {
    JsonNode figures =
        json(
            "{'rises': %d, 'rows': [{'fixed': 900, 'fitted': 8}, {'fixed': 4, 'fitted': 3.5}]}"
                .formatted(rises));

    List<Claim> claims =
        new BitsExperiment(new BoundMeasurement(2, 2, 2)).claims(Map.of("m", figures));

    assertThat(claims).hasSize(1);
    assertThat(claims.get(0).verdict()).isEqualTo(verdict);
    assertThat(claims.get(0).figures())
        .isEqualTo(
            "it rose at %d of 1 doublings; from T = 1 to 2: 900 to 4.00 bits/dim with the"
                    .formatted(rises)
                + " posterior's variance, 8.00 to 3.50 with a fitted one");
  }

  @Test
  void varianceThatWasLearntIsHeldAgainstThePosteriors() throws Exception {
    JsonNode figures =
        json(
            """
            {'rises': 0, 'rows': [{'fixed': 900, 'fitted': 8, 'learned': 9},
              {'steps': 64, 'fixed': 4, 'fixed_error': 0.1, 'fitted': 3.5, 'fitted_error': 0.1,
               'learned': 3.75, 'learned_error': 0.2}]}
            """);

    Claim claim =
        new BitsExperiment(new BoundMeasurement(2, 64, 2)).claims(Map.of("m", figures)).get(1);

    assertThat(claim.verdict()).isEqualTo(Claim.Verdict.HOLDS);
    assertThat(claim.figures())
        .isEqualTo(
            "with T = 64 3.750 ± 0.200 bits/dim, 4.000 ± 0.100 with the posterior's variance,"
                + " 3.500 ± 0.100 with a fitted one");
  }

  @Test
  void decoderThatFindsNothingPassesFromKindToKindAndDrawsWorse() throws Exception {
    JsonNode figures =
        json(
            """
            {'recovery': [{'error': 0.9, 'log_snr': 10}],
             'samplers': {'loop': {'classifier_frechet_distance': 12, 'recall': 0.2,
                                   'displacement': [0, 0.9, 1.1], 'label_switches_per_100_steps': 80},
                          'ddpm': {'classifier_frechet_distance': 2, 'recall': 0.8,
                                   'displacement': [0, 0.1, 0.1], 'label_switches_per_100_steps': 5}}}
            """);

    List<Claim> claims = LoopClaims.of(Map.of("m", figures));
    assertThat(claims)
        .extracting(Claim::verdict)
        .containsExactly(Claim.Verdict.FAILS, Claim.Verdict.HOLDS, Claim.Verdict.FAILS);
    assertThat(claims.get(1).figures())
        .isEqualTo("the label of a chain changes 1.6 times, 0.1 by ancestral sampling");
  }

  @Test
  void decoderWithoutControlIsComparedWithNothing() throws Exception {
    JsonNode figures =
        json(
            """
            {'recovery': [{'error': 0.01, 'log_snr': 10}],
             'samplers': {'loop': {'displacement': [0, 0.5, 0.01], 'label_switches_per_100_steps': 3}}}
            """);

    assertThat(LoopClaims.of(Map.of("m", figures)))
        .extracting(Claim::verdict)
        .containsExactly(Claim.Verdict.HOLDS, Claim.Verdict.FAILS);
  }
}
