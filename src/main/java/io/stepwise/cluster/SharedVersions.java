package io.stepwise.cluster;

import io.stepwise.network.DenoisingModel;
import io.stepwise.sampling.VersionStore;
import io.stepwise.snapshot.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one model that any node of the cluster has: one that this node lacks is got from
 * another when it is loaded, and what is chosen here is chosen everywhere.
 */
final class SharedVersions implements VersionStore {

  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** Large weights take a while to come; a little less than those wait who load them. */
  private static final Duration LONGEST_PULL = Duration.ofMinutes(4);

  private final VersionStore local;
  private final ActorRef<SnapshotExchange.Command> exchange;
  private final Scheduler scheduler;

  /**
   * Shares versions.
   *
   * @param local those of this node
   */
  SharedVersions(
      VersionStore local, ActorRef<SnapshotExchange.Command> exchange, Scheduler scheduler) {
    this.local = local;
    this.exchange = exchange;
    this.scheduler = scheduler;
  }

  @Override
  public List<Snapshot> history() {
    Holdings others =
        await(AskPattern.ask(exchange, SnapshotExchange.GetOthers::new, ANSWER, scheduler));
    return others.history(local.history());
  }

  @Override
  public DenoisingModel load(String digest) {
    await(
        AskPattern.<SnapshotExchange.Command, Done>askWithStatus(
            exchange,
            replyTo -> new SnapshotExchange.Fetch(digest, replyTo),
            LONGEST_PULL,
            scheduler));
    return local.load(digest);
  }

  @Override
  public void activate(String digest) {
    local.activate(digest);
    choose(digest, null);
  }

  @Override
  public void tryOut(String digest, double share) {
    choose(digest, share);
  }

  @Override
  public void pin(Set<String> digests) {
    local.pin(digests);
  }

  private void choose(String digest, @Nullable Double share) {
    await(
        AskPattern.<SnapshotExchange.Command, Done>askWithStatus(
            exchange,
            replyTo -> new SnapshotExchange.Choose(digest, share, replyTo),
            ANSWER,
            scheduler));
  }

  private static <T> T await(CompletionStage<T> answer) {
    try {
      return answer.toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StatusReply.ErrorMessage refused) {
        throw new IllegalStateException(refused.getMessage(), e);
      }
      throw new IllegalStateException("snapshot: it took too long to come from another node", e);
    }
  }
}
