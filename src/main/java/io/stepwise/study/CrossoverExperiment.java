package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.family.Family;
import io.stepwise.network.FolderModel;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The bound of diffusion models against the number of steps T that each was trained for, with an
 * encoder that makes the noise of the image and without: where the encoder helps, and where it
 * hurts.
 *
 * @param bound measures the bounds
 */
record CrossoverExperiment(BoundMeasurement bound) implements Experiment {

  private static final List<String> ENCODED =
      List.of(Family.ONE_STEP.fieldValue(), Family.PSI_DIFFUSION.fieldValue());

  @Override
  public String name() {
    return "crossover";
  }

  @Override
  public String title() {
    return "From a VAE to diffusion: the bound with an encoder and without";
  }

  @Override
  public boolean suits(FolderModel model) {
    return isTrainedForItsSteps(model) || isVariational(model);
  }

  private static boolean isTrainedForItsSteps(FolderModel model) {
    return BoundMeasurement.hasEncodedNoise(model) && ENCODED.contains(model.stepwise().family());
  }

  /** Returns whether it is one network of all T, for comparison. */
  private static boolean isVariational(FolderModel model) {
    return model.stepwise().family().equals(Family.VDM.fieldValue())
        && BoundMeasurement.hasGrid(model);
  }

  @Override
  public JsonNode measure(MeasuredModel model) throws IOException {
    ObjectNode figures = JsonNodeFactory.instance.objectNode();
    if (isTrainedForItsSteps(model.model())) {
      figures.put("encoder", BoundMeasurement.hasEncoder(model.model()));
      figures.set("bound", bound.of(model).orElseThrow());
    } else {
      figures.set("grid", bound.grid(model));
    }
    return figures;
  }

  @Override
  public List<Claim> claims(Map<String, JsonNode> results) {
    return CrossoverClaims.of(CrossoverCurves.of(results));
  }

  @Override
  public String page(Map<String, JsonNode> results, StudyFolder folder) throws IOException {
    return CrossoverPage.of(CrossoverCurves.of(results), bound.images(), folder);
  }
}
