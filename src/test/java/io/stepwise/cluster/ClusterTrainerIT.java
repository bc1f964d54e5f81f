package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.training.Trainer;
import io.stepwise.training.TrainingClient;
import io.stepwise.training.TrainingStatus;
import io.stepwise.training.TrainingStatus.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who trains in a cluster of a gateway and two nodes that may. */
final class ClusterTrainerIT {

  private final List<TestNode> nodes = new ArrayList<>();
  private TrainingClient client;

  @AfterEach
  void stopNodes() {
    for (int i = nodes.size() - 1; i >= 0; i--) {
      nodes.get(i).stop();
    }
  }

  @Test
  void anotherNodeTrainsWhenTheOneThatDidIsNoMore() {
    TestNode gateway = join("gateway");
    client = new TrainingClient(gateway.kit.spawn(TrainerStandIn.create()), gateway.kit.system());
    assertThat(status().state()).isEqualTo(State.ABSENT);
    TestNode first = join("trainer");
    ClusterTrainer.start(first.kit.system(), trainer("first"));
    await("first");
    TestNode second = join("trainer");
    ClusterTrainer.start(second.kit.system(), trainer("second"));
    assertThat(status().model()).isEqualTo("first");

    first.kit.system().terminate();

    await("second");
  }

  private TestNode join(String role) {
    TestNode node = TestNode.with("stepwise.cluster.roles = [" + role + "]");
    nodes.add(node);
    node.join(nodes.get(0), nodes.size());
    return node;
  }

  /** Waits until a trainer of this name answers, and never for an answer. */
  private void await(String name) {
    TestProbe<Object> waiting = nodes.get(0).kit.createTestProbe();
    waiting.awaitAssert(
        TestNode.PATIENCE,
        Duration.ofMillis(200),
        () -> {
          assertThat(status().model()).isEqualTo(name);
          return Done.getInstance();
        });
  }

  private TrainingStatus status() {
    return client.status().toCompletableFuture().join();
  }

  /** Stands for a trainer that trains a model of this name. */
  private static Behavior<Trainer.Command> trainer(String name) {
    return Behaviors.receive(Trainer.Command.class)
        .onMessage(
            Trainer.Tell.class,
            tell -> {
              tell.replyTo()
                  .tell(
                      new TrainingStatus(
                          State.RUNNING, name, 0, 9, null, 1, List.of(), List.of(), null));
              return Behaviors.same();
            })
        .build();
  }
}
