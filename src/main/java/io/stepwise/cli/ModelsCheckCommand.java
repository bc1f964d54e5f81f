package io.stepwise.cli;

import io.stepwise.network.BatchSampler;
import io.stepwise.network.FolderModel;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.NetworkException;
import io.stepwise.network.StepKernel;
import io.stepwise.network.TorchRuntime;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Proves that a model works: all tensors are there, and a step gives finite numbers. */
@Command(
    name = "check",
    description = "Check a model folder: all tensors there, shapes right, a step finite.")
final class ModelsCheckCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = "A shipped model or a model folder.")
  String model = "";

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    FolderModel opened = ModelLibrary.open(model, "cpu");
    TorchRuntime.prepareThread(1);
    ModelDescription description = opened.description();
    float[] image;
    try (StepKernel kernel = opened.openKernel(1)) {
      image =
          BatchSampler.sample(
                  kernel,
                  description.scheduler().plan(1, null),
                  description.shape(),
                  List.of(new BatchSampler.Request(0, 0, 0, 1)))
              .get(0);
    }
    for (float value : image) {
      if (!Float.isFinite(value)) {
        throw new NetworkException(model + ": a step gives " + value + " (expected: finite)");
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s: ok, %s, digest %s%n", model, ModelFacts.size(opened), description.digest());
    out.flush();
    return 0;
  }
}
