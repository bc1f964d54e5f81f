package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.DiffusionTerms;
import io.stepwise.diffusion.EncodedLevels;
import io.stepwise.diffusion.LatentHierarchy;
import io.stepwise.diffusion.LikelihoodGrid;
import io.stepwise.diffusion.LogVarianceBounds;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bounds of formulas instead of networks, without an encoder: its noise is standard. */
final class EncodedBoundTest {

  private static final ImageShape SHAPE = new ImageShape(1, 2, 2);
  private static final ImageDataset DATASET =
      ImageDataset.of(
          1,
          2,
          2,
          List.of(),
          new int[] {-1, -1, -1},
          List.of(
              new byte[] {0, 10, (byte) 200, (byte) 255},
              new byte[] {3, 100, 100, 40},
              new byte[] {90, 100, 110, 120}));

  /** A model whose estimate is a multiple of the state, and whose variance is where it is told. */
  private record Multiple(double slope, double estimate, double share) implements StepKernel {

    @Override
    public String digest() {
      return "multiple";
    }

    @Override
    public List<StepOutput> run(List<StepInput> batch) {
      List<StepOutput> outputs = new ArrayList<>();
      for (StepInput input : batch) {
        float[] denoised = new float[SHAPE.size()];
        float[] x = input.noise().draw(SHAPE.size());
        for (int j = 0; j < x.length; j++) {
          denoised[j] = (float) (slope * input.x()[j] + estimate);
          x[j] *= (float) Math.exp(share);
        }
        outputs.add(new StepOutput(x, new float[0], denoised));
      }
      return outputs;
    }

    @Override
    public void close() {}
  }

  private static EncodedReport measure(StepKernel kernel, int levels, int samples) {
    return measure(kernel, null, levels, samples);
  }

  private static EncodedReport measure(
      StepKernel kernel, ImageNoise.Encoder encoder, int levels, int samples) {
    ModelDescription model =
        new ModelDescription(
            "m",
            "",
            SHAPE,
            List.of(),
            false,
            SchedulerConfig.parse(EncodedLevels.scheduler(levels)));
    EncodedLevels noise = EncodedLevels.of(model.scheduler());
    LatentChain chain = new NoiseChain(kernel, encoder, noise);
    EncodedBound.Options options = new EncodedBound.Options(3, samples, false, 5, 4);
    int[] draws = {0};
    EncodedReport report =
        new EncodedBound(chain, model, options).measure(DATASET, DATASET, n -> draws[0] += n);
    assertThat(draws[0]).isEqualTo((int) options.draws());
    return report;
  }

  private static double meanSquare(double estimate) {
    double sum = 0;
    for (int i = 0; i < DATASET.count(); i++) {
      for (float pixel : DATASET.image(i)) {
        sum += (pixel - estimate) * (pixel - estimate) / (DATASET.count() * SHAPE.size());
      }
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void constantEstimateHasTheDiffusionTermsOfItsError(double share) {
    int levels = 6;
    EncodedReport report = measure(new Multiple(0, .25, share), levels, 0);

    NoiseSchedule schedule = SchedulerConfig.parse(EncodedLevels.scheduler(levels)).noiseSchedule();
    double[] gammas = IntStream.range(0, levels).mapToDouble(schedule::gamma).toArray();
    double[] errors = new double[levels - 1];
    Arrays.fill(errors, meanSquare(.25));
    DiffusionTerms terms = new DiffusionTerms(LikelihoodGrid.of(gammas), errors);
    double expected =
        PixelLikelihood.bits(
            share == 0 ? terms.fixedSmall(levels - 1) : terms.fixedLarge(levels - 1));
    double steps = report.steps().stream().mapToDouble(Spread::mean).sum();
    assertThat(report.steps()).hasSize(levels - 1);
    assertThat(steps).isCloseTo(expected, within(1e-4 * expected));
    assertThat(report.prior().mean()).isZero();
    assertThat(report.total().mean())
        .isCloseTo(steps + report.reconstruction().mean(), within(1e-9 * expected));
  }

  @Test
  void decoderThatIgnoresItsLatentGainsNothingByImportance() {
    EncodedReport report = measure(new Multiple(0, .25, 0), 1, 64);

    assertThat(report.importance().mean()).isCloseTo(report.total().mean(), within(1e-6));
  }

  /**
   * With a decoder that is linear in its latent the likelihood of a level is a Gaussian's
   * probability of its bin, to which the importance-weighted bound comes down whatever the encoder.
   */
  @ParameterizedTest
  @CsvSource({"0, 0", ".4, -.2", "-.3, .2"})
  void importanceWeightedBoundComesDownToTheLikelihood(double mean, double output) {
    double slope = .5;
    ImageNoise.Encoder encoder =
        (image, timestep, label) -> {
          float[] encoded = new float[2 * image.length];
          for (int j = 0; j < image.length; j++) {
            encoded[j] = (float) (mean * image[j]);
            encoded[image.length + j] = (float) output;
          }
          return encoded;
        };
    EncodedReport report = measure(new Multiple(slope, 0, 0), encoder, 1, 20_000);

    double deviation = Math.hypot(slope, report.deviation());
    double sum = 0;
    for (int i = 0; i < DATASET.count(); i++) {
      for (float pixel : DATASET.image(i)) {
        sum += PixelLikelihood.discretizedGaussian(PixelBins.level(pixel), 0, deviation);
      }
    }
    double likelihood = PixelLikelihood.bits(sum / (DATASET.count() * SHAPE.size()));
    assertThat(report.importance().mean()).isCloseTo(likelihood, within(.02));
  }

  @Test
  void severalDrawsBelongToOneLevel() {
    SchedulerConfig two = SchedulerConfig.parse(EncodedLevels.scheduler(2));

    assertThatThrownBy(() -> EncodedBound.requireFit(two, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("importance samples: 8 (expected: 0 for a model of 2 noise levels)");
  }

  /**
   * A prior of two Gaussians and a decoder, all linear, is a Gaussian of the pixels: with the
   * network's output o = a z + b as the step to the next latent, z_2 = (1 + a) z_1 + b + s n.
   */
  @Test
  void importanceWeightedBoundOfAHierarchyComesDownToTheLikelihood() {
    ModelDescription model =
        new ModelDescription(
            "m", "", SHAPE, List.of(), false, SchedulerConfig.parse(LatentHierarchy.scheduler(2)));
    double shrink = -.6;
    double share = .25;
    LatentHierarchy hierarchy = model.scheduler().latentHierarchy();
    LatentChain chain =
        new HierarchyChain(
            new Residual(shrink, share),
            (input, timestep, label) -> {
              int pixels = input.length / 2;
              float[] output = new float[2 * pixels];
              for (int j = 0; j < pixels; j++) {
                output[j] = .3f * input[j] - .1f * input[pixels + j];
                output[pixels + j] = -.1f;
              }
              return output;
            },
            hierarchy);
    EncodedBound.Options options = new EncodedBound.Options(3, 40_000, false, 5, 500);

    EncodedReport report =
        new EncodedBound(chain, model, options).measure(DATASET, DATASET, n -> {});

    double low = hierarchy.bounds().low();
    double prior = Math.exp(low + share * (hierarchy.bounds().high() - low));
    double latent = Math.pow(1 + shrink, 2) + prior;
    double pixel = Math.sqrt(Math.pow(1 + shrink, 2) * latent + Math.pow(report.deviation(), 2));
    double sum = 0;
    for (int i = 0; i < DATASET.count(); i++) {
      for (float value : DATASET.image(i)) {
        sum += PixelLikelihood.discretizedGaussian(PixelBins.level(value), 0, pixel);
      }
    }
    double likelihood = PixelLikelihood.bits(sum / (DATASET.count() * SHAPE.size()));
    assertThat(report.steps()).hasSize(1);
    assertThat(report.importance().mean()).isCloseTo(likelihood, within(.03));
  }

  /** A network whose output is a multiple of its input, by the rows' own coefficients. */
  private record Residual(double slope, double share) implements StepKernel {

    @Override
    public String digest() {
      return "residual";
    }

    @Override
    public List<StepOutput> run(List<StepInput> batch) {
      List<StepOutput> outputs = new ArrayList<>();
      for (StepInput input : batch) {
        LogVarianceBounds bounds = input.row().logVarianceBounds();
        double logVariance = bounds.low() + share * (bounds.high() - bounds.low());
        float[] denoised = new float[SHAPE.size()];
        float[] x = input.noise().draw(SHAPE.size());
        for (int j = 0; j < x.length; j++) {
          denoised[j] =
              (float) (input.row().p() * input.x()[j] + input.row().q() * slope * input.x()[j]);
          x[j] *= (float) Math.exp(logVariance / 2);
        }
        outputs.add(new StepOutput(x, new float[0], denoised));
      }
      return outputs;
    }

    @Override
    public void close() {}
  }
}
