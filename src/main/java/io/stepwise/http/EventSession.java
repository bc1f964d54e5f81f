package io.stepwise.http;

import io.stepwise.sampling.FailedImage;
import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationEvent;
import io.stepwise.sampling.GenerationResult;
import java.util.BitSet;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the service says of one generation into the events of a streamed answer. Not thread
 * safe.
 *
 * <p>The image that is made last waits for the generation's result, which follows at once, so that
 * its event can say what all took.
 */
final class EventSession {

  private final EventJson.Context context;
  private final PartialImages partials;
  private final Outbox<ByteString> outbox;
  private final BitSet told = new BitSet();
  private int images = Integer.MAX_VALUE;
  private @Nullable GeneratedImage last;
  private boolean hasEnded;

  /**
   * Begins with nothing.
   *
   * @param outbox where the events wait; nobody else adds to it
   */
  EventSession(EventJson.Context context, PartialImages partials, Outbox<ByteString> outbox) {
    this.context = context;
    this.partials = partials;
    this.outbox = outbox;
  }

  /** Returns whether the service has said its last word. */
  boolean hasEnded() {
    return hasEnded;
  }

  /** Takes what the service says. */
  void onEvent(GenerationEvent event) {
    if (event instanceof GenerationEvent.Accepted accepted) {
      images = accepted.images();
    } else if (event instanceof GenerationEvent.StepFinished step) {
      if (step.preview() != null && partials.indexOf(step.step(), step.of()) >= 0) {
        outbox.preview(step);
      }
    } else if (event instanceof GenerationEvent.ImageFinished finished) {
      onImage(event.id(), finished.image());
    } else if (event instanceof GenerationEvent.ImageFailed failed) {
      onFailure(event.id(), failed.image());
    } else if (event instanceof GenerationResult result) {
      onResult(result);
    }
  }

  private void onImage(String id, GeneratedImage image) {
    outbox.withdraw(id, image.index());
    if (told.get(image.index())) {
      return;
    }
    told.set(image.index());
    if (told.cardinality() < images) {
      outbox.add(EventJson.completed(context, image, null));
    } else {
      last = image;
    }
  }

  private void onFailure(String id, FailedImage image) {
    outbox.withdraw(id, image.index());
    if (!told.get(image.index())) {
      told.set(image.index());
      outbox.add(EventJson.failed(context, image));
    }
  }

  private void onResult(GenerationResult result) {
    hasEnded = true;
    outbox.withdraw(result.id());
    if (result instanceof GenerationResult.Completed completed) {
      onCompleted(completed);
    } else {
      outbox.add(EventJson.error(ResultErrors.of(result)));
    }
  }

  /** Tells what was not told before, which is everything if the result was kept. */
  private void onCompleted(GenerationResult.Completed result) {
    images = result.images().size() + result.failures().size();
    result.failures().forEach(failure -> onFailure(result.id(), failure));
    result.images().forEach(image -> onImage(result.id(), image));
    if (last != null) {
      outbox.add(EventJson.completed(context, last, UsageJson.of(result.usage())));
    }
  }

  /** Returns the event of a step whose preview is encoded. */
  ByteString stepEvent(GenerationEvent.StepFinished step, byte[] png) {
    return EventJson.partialImage(context, step, partials.indexOf(step.step(), step.of()), png);
  }
}
