package io.stepwise.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.sampling.VersionStore;
import io.stepwise.snapshot.SnapshotStore;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes a version of a model into use. */
@Command(
    name = "activate",
    description = {
      "Take a version of a model's weights into use, a newer or an earlier one.",
      "With --url a running server does so at once; without it, the next one that is started."
    },
    sortOptions = false)
final class ModelsActivateCommand implements Callable<Integer> {

  @Mixin SnapshotArguments arguments = new SnapshotArguments();

  @Parameters(
      index = "1",
      paramLabel = "VERSION",
      description = "Digest of the version, or 8 or more of its first digits.")
  String version = "";

  @Option(
      names = "--canary",
      paramLabel = "SHARE",
      description = "Share of the new images that begin on it, 0 to 1; needs --url.")
  @Nullable Double canary;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    Optional<Server> server = arguments.server();
    JsonNode versions = server.isPresent() ? activate(server.get()) : activateInStore();
    SnapshotArguments.print(spec.commandLine().getOut(), versions);
    return 0;
  }

  private JsonNode activate(Server server) throws IOException {
    String body = canary == null ? "{}" : "{\"canary\": " + canary + "}";
    return server.post(arguments.path() + "/" + version + ":activate", body);
  }

  private JsonNode activateInStore() {
    if (canary != null) {
      throw new IllegalArgumentException("--canary: " + canary + " (expected: with --url alone)");
    }
    SnapshotStore store = arguments.store();
    store.activate(VersionStore.of(store, "cpu").find(version));
    return SnapshotArguments.versions(store);
  }
}
