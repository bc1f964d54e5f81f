package io.stepwise.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.stepwise.network.ToyModel;
import io.stepwise.sampling.ImageEncoder;
import io.stepwise.sampling.RouterSource;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.SamplingListener;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.ServedModel;
import io.stepwise.settings.Settings;
import io.stepwise.settings.TestCertificate;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/**
 * A node on loopback, in this process, configured as the real ones but for its port and patience.
 */
final class TestNode {

  /** Writes the sample itself, so that tests compare all its bits. */
  static final ImageEncoder RAW =
      (sample, shape, parameters) -> {
        ByteBuffer buffer = ByteBuffer.allocate(Float.BYTES * sample.length);
        buffer.asFloatBuffer().put(sample);
        return buffer.array();
      };

  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String QUICK =
      """
      pekko {
        logger-startup-timeout = 60s
        actor.testkit.typed {
          single-expect-default = 60s
          default-timeout = 60s
          # The transport may wait long for a connection to a node that is gone.
          throw-on-shutdown-timeout = false
          system-shutdown-default = 2s
        }
        remote.artery { canonical.port = 0, advanced.tcp.connection-timeout = 1s }
        cluster {
          seed-nodes = []
          gossip-interval = 200ms
          leader-actions-interval = 200ms
          unreachable-nodes-reaper-interval = 200ms
          failure-detector { heartbeat-interval = 200ms, acceptable-heartbeat-pause = 3s }
          split-brain-resolver.stable-after = 1s
        }
        coordinated-shutdown { run-by-actor-system-terminate = off, exit-jvm = off }
      }
      """;

  /** Lets batches of a sampler through, one permit each. */
  final Semaphore gate = new Semaphore(0);

  final ActorTestKit kit;
  private ActorRef<ModelHost.Command> host;

  private TestNode(String more, String settings) {
    Config config =
        ConfigFactory.parseString(more)
            .withFallback(ConfigFactory.parseString(QUICK))
            .withFallback(ClusterConfig.of(Settings.parse(settings).cluster()))
            .withFallback(ConfigFactory.load());
    this.kit = ActorTestKit.create(ClusterConfig.SYSTEM, config);
    this.host = kit.system().deadLetters();
  }

  static TestNode start() {
    return new TestNode("", "");
  }

  /** Starts a node with these settings. */
  static TestNode with(String settings) {
    return new TestNode("", settings);
  }

  /** Starts a node that proves who it is. */
  static TestNode with(TestCertificate certificate) {
    String settings =
        "stepwise.cluster { %s, authority = \"%s\" }"
            .formatted(certificate.settings(), certificate.certificateFile());
    return new TestNode("", settings);
  }

  /**
   * Starts a node that others reach at one port while it listens at another.
   *
   * @param canonical where others reach it
   * @param address from which it reaches others
   */
  static TestNode behind(int canonical, int bound, String address) {
    return new TestNode(
        """
        pekko.remote.artery {
          canonical.port = %d
          bind.port = %d
          advanced.tcp.outbound-client-hostname = "%s"
        }
        """
            .formatted(canonical, bound, address),
        "");
  }

  Cluster cluster() {
    return Cluster.get(kit.system());
  }

  /** Returns where others reach the node, as host:port. */
  String name() {
    Address address = cluster().selfMember().address();
    return address.host().get() + ":" + address.port().get();
  }

  /** Asks a node to be let in. */
  void ask(TestNode seed) {
    cluster().manager().tell(Join.create(seed.cluster().selfMember().address()));
  }

  /** Joins the cluster of a node and waits until all its members are up. */
  void join(TestNode seed, int members) {
    ask(seed);
    TestProbe<Object> waiting = kit.createTestProbe();
    waiting.awaitAssert(
        PATIENCE,
        () -> {
          long up = 0;
          for (Member member : cluster().state().getMembers()) {
            up += member.status().equals(MemberStatus.up()) ? 1 : 0;
          }
          if (up != members) {
            throw new AssertionError("members up: " + up + " (expected: " + members + ")");
          }
          return Done.getInstance();
        });
  }

  /** Starts a service whose images are made by the samplers of the cluster. */
  SamplingClient startGateway() {
    return startGateway(served(ToyModel.named("toy")), SharedSnapshots.none(kit.system()));
  }

  SamplingClient startGateway(ServedModel model, SharedSnapshots snapshots) {
    ActorRef<SamplingService.Command> service =
        kit.spawn(
            SamplingService.create(
                List.of(snapshots.share(model)),
                ClusterToys.options(),
                RAW,
                SamplingListener.NONE,
                Placement.source(snapshots)));
    snapshots.follow(choice -> service.tell(new SamplingService.FollowVersions(choice)));
    return new SamplingClient(
        service, kit.system(), ClusterToys.options().requests().maxDeadline());
  }

  /** Makes the node a sampler whose batches have to pass its gate. */
  NodeVitals startSampler() {
    ToyModel gated = ToyModel.named("toy").disturbedBy(batch -> gate.acquireUninterruptibly());
    return startSampler(served(gated), SharedSnapshots.none(kit.system()));
  }

  NodeVitals startSampler(ServedModel model, SharedSnapshots snapshots) {
    RouterSource routers = RouterSource.local(ClusterToys.options(), SamplingListener.NONE);
    host = kit.spawn(ModelHost.create(snapshots.share(model), routers, snapshots, 5));
    return new NodeVitals(kit.system(), List.of(host));
  }

  /** Waits until the node has ended. */
  void awaitEnd() {
    kit.system()
        .getWhenTerminated()
        .toCompletableFuture()
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  /** Lets so many batches of a sampler through, and returns when they have begun. */
  void letThrough(int batches) {
    gate.release(batches);
    TestProbe<Object> waiting = kit.createTestProbe();
    waiting.awaitAssert(
        PATIENCE,
        () -> {
          if (gate.availablePermits() > 0) {
            throw new AssertionError("batches that have not begun: " + gate.availablePermits());
          }
          return Done.getInstance();
        });
  }

  /** Hands the sampler's images back and returns when that is done. */
  void leave() {
    TestProbe<Done> left = kit.createTestProbe();
    host.tell(new ModelHost.Leave(left.ref()));
    left.expectMessage(Done.getInstance());
  }

  void openGate() {
    gate.release(1_000_000);
  }

  void stop() {
    openGate();
    kit.shutdownTestKit();
  }

  static ServedModel served(ToyModel model) {
    return ServedModel.of(model, 1, 1);
  }
}
