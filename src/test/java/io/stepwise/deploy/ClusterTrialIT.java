package io.stepwise.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The nodes of {@code docker-compose.yml} under load, of which some are killed and one is cut off;
 * some minutes, so only with {@code -Dstepwise.test.cluster-trial=true}.
 */
@EnabledIfSystemProperty(named = "stepwise.test.cluster-trial", matches = "true")
final class ClusterTrialIT {

  @Test
  void nothingIsLostNothingComesTwiceAndAllPixelsAreThoseOfOneMachine(@TempDir Path folder)
      throws IOException, InterruptedException {
    Process trial =
        new ProcessBuilder("bin/cluster-trial", folder.resolve("trial").toString())
            .inheritIO()
            .start();
    assertThat(trial.waitFor(15, TimeUnit.MINUTES)).isTrue();
    assertThat(trial.exitValue()).isZero();
  }
}
