package io.stepwise.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the versions of a model. */
@Command(
    name = "snapshots",
    description = "List the versions of a model's weights, the newest first.",
    sortOptions = false)
final class ModelsSnapshotsCommand implements Callable<Integer> {

  @Mixin SnapshotArguments arguments = new SnapshotArguments();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Optional<Server> server = arguments.server();
    JsonNode versions =
        server.isPresent()
            ? server.get().get(arguments.path())
            : SnapshotArguments.versions(arguments.store());
    if (json) {
      ModelFacts.printJson(out, versions);
    } else {
      SnapshotArguments.print(out, versions);
    }
    return 0;
  }
}
