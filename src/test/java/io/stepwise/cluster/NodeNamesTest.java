package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.junit.jupiter.api.Test;

final class NodeNamesTest {

  @Test
  void nodesAreCalledByWhereOthersReachThem() {
    TestNode node = TestNode.start();
    try {
      NodeNames names = names(node.kit.system());
      ActorRef<Object> there =
          ActorRefResolver.get(node.kit.system())
              .resolveActorRef("pekko://stepwise@192.0.2.1:7355/user/a#11");

      assertThat(names.of(there)).isEqualTo("192.0.2.1:7355");
      assertThat(names.of(node.kit.createTestProbe().ref())).isEqualTo(node.name());
    } finally {
      node.stop();
    }
  }

  @Test
  void processThatIsNoNodeHasNoName() {
    ActorTestKit kit = ActorTestKit.create();
    try {
      assertThat(names(kit.system()).of(kit.createTestProbe().ref())).isEmpty();
    } finally {
      kit.shutdownTestKit();
    }
  }

  private static NodeNames names(ActorSystem<?> system) {
    return new NodeNames(ActorRefResolver.get(system));
  }
}
