package io.stepwise.cli;

import io.stepwise.data.ImageDataset;
import io.stepwise.family.Family;
import io.stepwise.network.DenoisingModel;
import io.stepwise.network.DiffusersModel;
import io.stepwise.network.StepKernel;
import io.stepwise.study.EncodedBound;
import io.stepwise.study.EncodedReport;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;

/**
 * The measurement of a model whose family has an encoder, whether this model has one or not.
 *
 * @param model the model
 * @param options how it is measured
 */
record EncodedEvaluation(DiffusersModel model, EncodedBound.Options options) {

  /**
   * Returns the measurement that the arguments ask for; nothing if they ask for none or the model
   * is of another family.
   *
   * @throws IllegalArgumentException if the model cannot be measured so
   */
  static Optional<EncodedEvaluation> of(
      DenoisingModel opened, BoundArguments bound, long seed, int batchSize) {
    if (bound.images == 0
        || !(opened instanceof DiffusersModel model)
        || !Family.canEncode(model.stepwise().family())) {
      return Optional.empty();
    }
    EncodedBound.requireFit(model.description().scheduler(), bound.importanceSamples);
    return Optional.of(
        new EncodedEvaluation(
            model,
            new EncodedBound.Options(
                bound.images, bound.importanceSamples, bound.withLabels, seed, batchSize)));
  }

  EncodedReport measure(StepKernel kernel, ImageDataset training, ImageDataset test, int threads) {
    try (ProgressBar bar = Terminal.progressBar("bound", " draws", 1)) {
      bar.maxHint(options.draws());
      return EncodedBound.measure(model, kernel, options, training, test, threads, bar::stepBy);
    }
  }
}
