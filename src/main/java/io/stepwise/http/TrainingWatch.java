package io.stepwise.http;

import io.stepwise.http.SocketMessage.Places;
import io.stepwise.training.TrainingClient;
import io.stepwise.training.TrainingEvent;
import io.stepwise.training.TrainingSamples;
import io.stepwise.training.TrainingStatus;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What one websocket is told of the training, while its client wants to be: the newest status and
 * the newest samples that it has not read, never older ones. Not thread safe.
 */
final class TrainingWatch {

  private enum Slot {
    STATUS,
    SAMPLES
  }

  private final TrainingClient training;
  private final Supplier<ActorRef<TrainingEvent>> self;
  private final Outbox<SocketMessage> outbox;
  private boolean isWanted;

  /**
   * Is told nothing yet.
   *
   * @param self who is told the trainer's events and hands them to {@link #onEvent}
   * @param outbox where they wait
   */
  TrainingWatch(
      TrainingClient training,
      Supplier<ActorRef<TrainingEvent>> self,
      Outbox<SocketMessage> outbox) {
    this.training = training;
    this.self = self;
    this.outbox = outbox;
  }

  /** Begins or ends to be told; nothing if that is so already. */
  void want(boolean wanted) {
    if (wanted && !isWanted) {
      training.watch(self.get());
    } else if (!wanted && isWanted) {
      training.unwatch(self.get());
      outbox.clear(Slot.STATUS);
      outbox.clear(Slot.SAMPLES);
    }
    isWanted = wanted;
  }

  /** Takes what the trainer tells. */
  void onEvent(TrainingEvent event) {
    if (!isWanted) {
      return;
    }
    if (event instanceof TrainingStatus status) {
      outbox.replace(
          Slot.STATUS,
          () ->
              SocketMessage.text(SocketJson.TrainingNow.of(TrainingJson.of(status)), Places.NONE));
    } else if (event instanceof TrainingSamples samples) {
      outbox.replace(
          Slot.SAMPLES,
          () ->
              new SocketMessage(SocketJson.Samples.of(samples), samples.grid().png(), Places.NONE));
    }
  }
}
