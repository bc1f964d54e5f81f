package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.Fleet;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.Readiness;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NodeVitalsIT {

  private final TestNode node = TestNode.start();

  @AfterEach
  void stopNode() {
    node.stop();
  }

  @Test
  void nodeIsReadyWhenItIsUpAndItsReplicasAreUntilItDrains() {
    NodeVitals vitals = node.startSampler();
    awaitReplica(vitals);
    assertThat(readiness(vitals).detail()).isEqualTo("the node is not up in its cluster");
    assertThat(readiness(vitals).ready()).isFalse();

    node.join(node, 1);
    assertThat(readiness(vitals).detail()).isEmpty();
    assertThat(readiness(vitals).ready()).isTrue();

    vitals.drain();
    assertThat(readiness(vitals).draining()).isTrue();
    assertThat(readiness(vitals).ready()).isFalse();
  }

  @Test
  void nodeThatMakesNoImagesIsReadyWhenItIsUp() {
    NodeVitals vitals = new NodeVitals(node.kit.system(), List.of());
    assertThat(readiness(vitals).ready()).isFalse();

    node.join(node, 1);
    assertThat(readiness(vitals).ready()).isTrue();
  }

  @Test
  void fleetIsThatOfTheNodeWhichAdmitsNoImages() {
    NodeVitals vitals = node.startSampler();
    awaitReplica(vitals);

    Fleet fleet = vitals.fleet().toCompletableFuture().join();

    assertThat(fleet.maxUnfinishedImages()).isZero();
    assertThat(fleet.models()).extracting(Fleet.Model::name).containsExactly("toy");
  }

  private void awaitReplica(NodeVitals vitals) {
    TestProbe<Object> waiting = node.kit.createTestProbe();
    waiting.awaitAssert(
        () ->
            assertThat(readiness(vitals).models()).singleElement().matches(ModelReadiness::ready));
  }

  private static Readiness readiness(NodeVitals vitals) {
    return vitals.readiness().toCompletableFuture().join();
  }
}
