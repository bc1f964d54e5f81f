package io.stepwise.http;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.ImageEncoder;
import io.stepwise.sampling.SamplingOptions;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.ServedModel;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;

/** The real sampling actors with a toy for a model. */
final class ToyService {

  static final int MOST_IMAGES = 8;
  static final int MOST_UNFINISHED = 24;

  private ToyService() {}

  /** Starts a service of the model "toy" that stands before a gate. */
  static ActorRef<SamplingService.Command> spawn(ActorTestKit kit, ToyModel.Disturbance gate) {
    return spawn(kit, ToyModel.named("toy").disturbedBy(gate));
  }

  static ActorRef<SamplingService.Command> spawn(ActorTestKit kit, ToyModel model) {
    return spawn(kit, ServedModel.of(model, 1, 1));
  }

  static ActorRef<SamplingService.Command> spawn(ActorTestKit kit, ServedModel model) {
    SamplingOptions options =
        new SamplingOptions(
            new SamplingOptions.Requests(
                MOST_IMAGES, 1000, 10, Duration.ofSeconds(20), Duration.ofMinutes(1)),
            new SamplingOptions.Replicas(
                16, 2, 3, Duration.ofSeconds(30), Duration.ofMillis(10), Duration.ofSeconds(1), 1),
            "fifo",
            MOST_UNFINISHED,
            2);
    return kit.spawn(SamplingService.create(List.of(model), options, ImageEncoder.png()));
  }
}
