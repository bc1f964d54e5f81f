package io.stepwise.sampling;

import io.stepwise.sampling.BatchesInFlight.Batch;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * A router's previews that wait for a decoder, and those that a replica has: one call's worth at a
 * time, however many replicas there are, so that steps have the greater part of them. Not thread
 * safe.
 */
final class Decodings {

  /** Most previews in one call of a decoder, which holds up the steps behind it. */
  static final int MOST_TOGETHER = 8;

  /** The previews of one call, and the batch that stands for it. */
  private record Call(Batch batch, List<Router.Decode> wishes) {}

  private final Queue<Router.Decode> waiting = new ArrayDeque<>();
  private @Nullable Call call;

  /**
   * Adds a preview, of which callers bound the number, or refuses it if the version that made it is
   * in use no more.
   */
  void add(Router.Decode wish, VersionsInUse versions) {
    if (versions.contains(wish.weights())) {
      waiting.add(wish);
    } else {
      refuse(List.of(wish), "the weights that made the preview are not in use any more");
    }
  }

  /**
   * Gives a replica the previews that wait, behind the batches it has, if there are any and none
   * are on their way. Where no replica can work they are refused, so that they do not pile up.
   *
   * @return the batch without images that stands for them
   */
  Optional<Batch> send(ImageLedger ledger, List<ReplicaSlot> slots, long nowNanos) {
    if (call != null || waiting.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> ready =
        slots.stream().filter(ReplicaSlot::isReady).map(ReplicaSlot::index).toList();
    if (ready.isEmpty()) {
      refuse(waiting, "no replica can decode the preview");
      waiting.clear();
    }
    Optional<Batch> batch = ledger.sendEmpty(ready, nowNanos);
    batch.ifPresent(sent -> call(sent, slots.get(sent.slot())));
    return batch;
  }

  private void call(Batch batch, ReplicaSlot slot) {
    String weights = waiting.element().weights();
    List<Router.Decode> wishes =
        waiting.stream()
            .filter(wish -> wish.weights().equals(weights))
            .limit(MOST_TOGETHER)
            .toList();
    waiting.removeAll(wishes);
    call = new Call(batch, wishes);
    List<float[]> states = wishes.stream().map(Router.Decode::state).toList();
    slot.readyReplica().tell(new Replica.Decode(batch.id(), slot.incarnation(), weights, states));
  }

  /** Tells what came of the call. */
  void finish(StatusReply<List<float[]>> images) {
    if (call == null) {
      return;
    }
    List<Router.Decode> wishes = call.wishes();
    call = null;
    if (images.isError()) {
      refuse(wishes, String.valueOf(images.getError().getMessage()));
      return;
    }
    for (int i = 0; i < wishes.size(); i++) {
      Router.Decode wish = wishes.get(i);
      wish.replyTo().tell(new Renderer.Decoded(wish.id(), images.getValue().get(i)));
    }
  }

  /** The replica of a slot has lost what it had. */
  void lose(int slot, String reason) {
    if (call != null && call.batch().slot() == slot) {
      finish(StatusReply.error("the preview was lost with its replica: " + reason));
    }
  }

  /** All previews are lost. */
  void loseAll(String reason) {
    finish(StatusReply.error(reason));
    refuse(waiting, reason);
    waiting.clear();
  }

  private static void refuse(Iterable<Router.Decode> wishes, String reason) {
    wishes.forEach(wish -> wish.replyTo().tell(new Renderer.NotDecoded(wish.id(), reason)));
  }
}
