package io.stepwise.sampling;

import io.stepwise.image.GenerationParameters;
import io.stepwise.network.ImageShape;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.PoolRouter;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.Routers;
import org.apache.pekko.pattern.StatusReply;

/**
 * Turns last states and previews into files, on threads that may be held up. An order is answered
 * with {@code Encoded} or {@code ImageLost}, that of a preview with {@code Drawn}.
 */
final class Finisher extends AbstractBehavior<Finisher.Command> {

  /** What a finisher understands. */
  sealed interface Command {}

  /**
   * Encodes a finished sample.
   *
   * @param parameters how the image was made, for the file to tell
   */
  record Encode(
      DenoisingState sample, GenerationParameters parameters, ActorRef<Generation.Command> replyTo)
      implements Command {}

  /**
   * Encodes a preview.
   *
   * @param image [C, H, W] row-major, float32, about [-1, 1]; not changed
   */
  record Draw(long id, float[] image, ImageShape shape, ActorRef<Renderer.Command> replyTo)
      implements Command {}

  private final ImageEncoder encoder;

  /** Returns a pool of finishers; what they have to do is bounded by admission. */
  static Behavior<Command> createPool(int size, ImageEncoder encoder) {
    PoolRouter<Command> pool =
        Routers.pool(
            size,
            Behaviors.supervise(create(encoder))
                .onFailure(RuntimeException.class, SupervisorStrategy.resume()));
    return pool.withRouteeProps(DispatcherSelector.fromConfig("stepwise-dispatchers.finisher"));
  }

  /** Returns one finisher. */
  static Behavior<Command> create(ImageEncoder encoder) {
    return Behaviors.setup(context -> new Finisher(context, encoder));
  }

  private Finisher(ActorContext<Command> context, ImageEncoder encoder) {
    super(context);
    context.setLoggerName(Finisher.class);
    this.encoder = encoder;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Encode.class, this::onEncode)
        .onMessage(Draw.class, this::onDraw)
        .build();
  }

  private Behavior<Command> onEncode(Encode order) {
    DenoisingState sample = order.sample();
    try {
      byte[] png = encoder.encode(sample.x(), sample.recipe().imageShape(), order.parameters());
      order.replyTo().tell(new Generation.Encoded(sample.image(), png));
    } catch (RuntimeException | LinkageError failure) {
      getContext().getLog().warn("image [{}] cannot be encoded", sample.image(), failure);
      String reason = "it cannot be encoded: " + failure.getMessage();
      order.replyTo().tell(new Generation.ImageLost(sample.image(), reason));
    }
    return this;
  }

  private Behavior<Command> onDraw(Draw order) {
    StatusReply<byte[]> png;
    try {
      png = StatusReply.success(encoder.encodePreview(order.image(), order.shape()));
    } catch (RuntimeException | LinkageError failure) {
      png = StatusReply.error("the preview cannot be encoded: " + failure.getMessage());
    }
    order.replyTo().tell(new Renderer.Drawn(order.id(), png));
    return this;
  }
}
