package io.stepwise.diffusion;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What a network's output stands for, at a noise level {@code x = alpha * clean + sigma * noise}.
 */
public enum Prediction {
  /** The noise: Ho et al. 2020 (arXiv:2006.11239). */
  EPSILON("epsilon"),
  /** The clean image itself. */
  SAMPLE("sample"),
  /**
   * The velocity {@code alpha * noise - sigma * clean}: Salimans and Ho 2022 (arXiv:2202.00512).
   */
  V("v_prediction"),
  /**
   * The direction {@code noise - clean} of a straight path: Lipman et al. 2023 (arXiv:2210.02747),
   * Liu et al. 2023 (arXiv:2209.03003), with time running from data to noise as in diffusers.
   */
  FLOW("flow_prediction");

  private final String fieldValue;

  Prediction(String fieldValue) {
    this.fieldValue = fieldValue;
  }

  /**
   * A linear form of the network's input and output.
   *
   * @param x factor on the noisy state x
   * @param out factor on the network's output
   */
  public record OfOutput(double x, double out) {}

  /**
   * A linear form of the clean image and the noise.
   *
   * @param clean factor on the clean image
   * @param noise factor on the standard normal noise
   */
  public record OfData(double clean, double noise) {}

  /** Returns the prediction that diffusers calls by this name in {@code prediction_type}. */
  public static Prediction of(String fieldValue) {
    for (Prediction prediction : values()) {
      if (prediction.fieldValue.equals(fieldValue)) {
        return prediction;
      }
    }
    throw new IllegalArgumentException(
        Arrays.stream(values())
            .map(Prediction::fieldValue)
            .collect(
                Collectors.joining(
                    ", ", "prediction_type: " + fieldValue + " (expected: one of ", ")")));
  }

  /** Returns the name that diffusers uses in {@code prediction_type}. */
  public String fieldValue() {
    return fieldValue;
  }

  /**
   * Returns the estimate of the clean image: (p, q) in {@code p * x + q * out}.
   *
   * @throws IllegalArgumentException for {@link #EPSILON} where alpha is 0, since noise alone says
   *     nothing of the image
   */
  public OfOutput denoised(double alpha, double sigma) {
    return switch (this) {
      case EPSILON -> {
        if (alpha == 0) {
          throw new IllegalArgumentException(
              "prediction_type: epsilon (expected: sample or v_prediction at a timestep without"
                  + " signal, alpha 0)");
        }
        yield new OfOutput(1 / alpha, -sigma / alpha);
      }
      case SAMPLE -> new OfOutput(0, 1);
      case V -> new OfOutput(alpha, -sigma);
      case FLOW -> new OfOutput(1 / (alpha + sigma), -sigma / (alpha + sigma));
    };
  }

  /** Returns the estimate of the noise in x. */
  public OfOutput noise(double alpha, double sigma) {
    return switch (this) {
      case EPSILON -> new OfOutput(0, 1);
      case SAMPLE -> new OfOutput(1 / sigma, -alpha / sigma);
      case V -> new OfOutput(sigma, alpha);
      case FLOW -> new OfOutput(1 / (alpha + sigma), alpha / (alpha + sigma));
    };
  }

  /** Returns what the network is trained to output. */
  public OfData target(double alpha, double sigma) {
    return switch (this) {
      case EPSILON -> new OfData(0, 1);
      case SAMPLE -> new OfData(1, 0);
      case V -> new OfData(-sigma, alpha);
      case FLOW -> new OfData(-1, 1);
    };
  }
}
