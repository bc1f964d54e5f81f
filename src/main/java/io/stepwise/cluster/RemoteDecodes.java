package io.stepwise.cluster;

import io.stepwise.sampling.Renderer;
import io.stepwise.sampling.Router;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The previews that hosts are decoding for a placement. One is never tried again: the next step
 * brings a newer one. Not thread safe.
 */
final class RemoteDecodes {

  /** Longer than anybody waits for a preview. */
  static final long LONGEST_NANOS = 15_000_000_000L;

  private record Pending(
      ActorRef<Renderer.News> replyTo, ActorRef<ModelHost.Order> host, long sentNanos) {}

  private final Map<Long, Pending> pending = new LinkedHashMap<>();

  /** Has a preview decoded by a host, which is to tell the placement. */
  void send(
      Router.Decode wish,
      ActorRef<ModelHost.Order> host,
      ActorRef<Placement.News> placement,
      long nowNanos) {
    pending.put(wish.id(), new Pending(wish.replyTo(), host, nowNanos));
    host.tell(new ModelHost.Decode(placement, wish.id(), wish.weights(), wish.state()));
  }

  /** Refuses a preview for which there is no host. */
  void refuse(Router.Decode wish) {
    String reason = "no replica can decode the preview";
    wish.replyTo().tell(new Renderer.NotDecoded(wish.id(), reason));
  }

  void finish(Placement.Decoded done) {
    Pending wish = pending.remove(done.id());
    if (wish != null) {
      wish.replyTo().tell(new Renderer.Decoded(done.id(), done.image()));
    }
  }

  void fail(Placement.NotDecoded lost) {
    Pending wish = pending.remove(lost.id());
    if (wish != null) {
      wish.replyTo().tell(new Renderer.NotDecoded(lost.id(), lost.reason()));
    }
  }

  /** A host is no more, and with it what it was decoding. */
  void lose(ActorRef<ModelHost.Order> host) {
    lose(wish -> wish.host().equals(host), "the preview was lost with its host");
  }

  /** Gives up what nobody waits for any more. */
  void loseOld(long nowNanos) {
    lose(wish -> nowNanos - wish.sentNanos() > LONGEST_NANOS, "the host did not answer");
  }

  private void lose(Predicate<Pending> which, String reason) {
    pending
        .entrySet()
        .removeIf(
            entry -> {
              boolean isLost = which.test(entry.getValue());
              if (isLost) {
                entry.getValue().replyTo().tell(new Renderer.NotDecoded(entry.getKey(), reason));
              }
              return isLost;
            });
  }
}
