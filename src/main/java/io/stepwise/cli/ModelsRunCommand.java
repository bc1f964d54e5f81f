package io.stepwise.cli;

import io.stepwise.network.NetworkRun;
import io.stepwise.network.Safetensors;
import io.stepwise.network.TensorData;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a network once on tensors of a file, so that anyone can compare it with Python. */
@Command(
    name = "run",
    description = {
      "Run a network once on tensors from a file.",
      "A U-Net reads sample, timestep and class_labels and writes output; a VAE reads sample and"
          + " writes mean, logvar and decoded (of the mean)."
    })
final class ModelsRunCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "DIR",
      description = "A shipped model, a diffusers folder, or the folder of one network.")
  String model = "";

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE",
      description = "Safetensors file with the tensors to run on.")
  Path input = Path.of("");

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "Safetensors file for the results.")
  Path output = Path.of("");

  @Option(
      names = "--component",
      paramLabel = "NAME",
      description = "unet or vae. Default: unet, or the only one there is.")
  @Nullable String component;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "cpu, cuda:N or auto. Default: ${DEFAULT-VALUE}.")
  String device = "cpu";

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Native threads. Default: ${DEFAULT-VALUE}.")
  int threads = 1;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    if (component != null && !NetworkRun.COMPONENTS.contains(component)) {
      throw new IllegalArgumentException(
          "component: " + component + " (expected: one of " + NetworkRun.COMPONENTS + ")");
    }
    Path folder = ModelLibrary.folder(model);
    Map<String, TensorData> results =
        NetworkRun.run(folder, component, Safetensors.read(input), device, threads);
    Safetensors.write(output, results);
    PrintWriter out = spec.commandLine().getOut();
    results.forEach(
        (name, tensor) -> out.printf("%-10s %s%n", name, Arrays.toString(tensor.shape())));
    out.flush();
    return 0;
  }
}
