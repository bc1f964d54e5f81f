package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.settings.TestCertificate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.cluster.Member;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in where nodes prove who they are. */
final class ClusterTlsIT {

  @TempDir static Path folder;

  private final List<TestNode> nodes = new ArrayList<>();

  @AfterEach
  void stopNodes() {
    nodes.forEach(node -> node.kit.system().terminate());
    nodes.forEach(TestNode::stop);
  }

  @Test
  void onlyNodesThatTheAuthorityVouchesForAreLetIn() {
    TestCertificate known = TestCertificate.make(folder, "RSA", "known");
    TestNode first = started(TestNode.with(known));
    first.join(first, 1);
    TestNode stranger = started(TestNode.with(TestCertificate.make(folder, "RSA", "stranger")));
    TestNode unencrypted = started(TestNode.start());
    stranger.ask(first);
    unencrypted.ask(first);

    started(TestNode.with(known)).join(first, 2);
    started(TestNode.with(known)).join(first, 3);

    assertThat(first.cluster().state().getMembers())
        .extracting(Member::address)
        .hasSize(3)
        .doesNotContain(
            stranger.cluster().selfMember().address(),
            unencrypted.cluster().selfMember().address());
    assertThat(stranger.cluster().state().getMembers()).isEmpty();
    assertThat(unencrypted.cluster().state().getMembers()).isEmpty();
  }

  private TestNode started(TestNode node) {
    nodes.add(node);
    return node;
  }
}
