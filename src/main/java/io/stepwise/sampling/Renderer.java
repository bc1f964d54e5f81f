package io.stepwise.sampling;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.pattern.StatusReply;

/**
 * Makes PNGs of previews for those who ask for them.
 *
 * <p>A finished image never waits for more than one preview on each of the finishers' threads: the
 * rest wait here. When {@link #MOST} are wanted at the same time, further ones are refused.
 */
final class Renderer extends AbstractBehavior<Renderer.Command> {

  /** Most previews that are wanted and not made yet. */
  static final int MOST = 256;

  /** What a renderer understands. */
  sealed interface Command {}

  /** Asks for a PNG. */
  record Render(Preview preview, ActorRef<StatusReply<byte[]>> replyTo) implements Command {}

  /** A preview's image, to be made a file. */
  record Decoded(long id, float[] image) implements Command {}

  /** A preview's image could not be had. */
  record NotDecoded(long id, String reason) implements Command {}

  /** A preview's file, or why there is none. */
  record Drawn(long id, StatusReply<byte[]> png) implements Command {}

  private record Wish(ServedModel model, ActorRef<StatusReply<byte[]>> replyTo) {}

  private final Map<String, ServedModel> models = new HashMap<>();
  private final ActorRef<Finisher.Command> finisher;
  private final int mostDrawn;
  private final Map<Long, Wish> wishes = new HashMap<>();
  private final Queue<Decoded> waiting = new ArrayDeque<>();
  private int drawn;
  private long lastId;

  /**
   * Returns a renderer.
   *
   * @param finishers how many files the pool makes at the same time, 1 or more
   */
  static Behavior<Command> create(
      List<ServedModel> models, ActorRef<Finisher.Command> finisher, int finishers) {
    return Behaviors.setup(context -> new Renderer(context, models, finisher, finishers));
  }

  private Renderer(
      ActorContext<Command> context,
      List<ServedModel> models,
      ActorRef<Finisher.Command> finisher,
      int finishers) {
    super(context);
    models.forEach(model -> this.models.put(model.name(), model));
    this.finisher = finisher;
    this.mostDrawn = finishers;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Render.class, this::onRender)
        .onMessage(Decoded.class, this::onDecoded)
        .onMessage(NotDecoded.class, this::onNotDecoded)
        .onMessage(Drawn.class, this::onDrawn)
        .build();
  }

  private Behavior<Command> onRender(Render render) {
    Preview preview = render.preview();
    ServedModel model = models.get(preview.model());
    if (model == null) {
      String name = RequestResolver.quoted(preview.model());
      render.replyTo().tell(StatusReply.error("model: " + name + " (expected: one served)"));
    } else if (wishes.size() >= MOST) {
      String message = "previews: more than " + MOST + " are wanted at the same time";
      render.replyTo().tell(StatusReply.error(message));
    } else {
      wishes.put(++lastId, new Wish(model, render.replyTo()));
      waiting.add(new Decoded(lastId, preview.state()));
    }
    return draw();
  }

  private Behavior<Command> onDecoded(Decoded decoded) {
    waiting.add(decoded);
    return draw();
  }

  private Behavior<Command> onNotDecoded(NotDecoded lost) {
    reply(lost.id(), StatusReply.error(lost.reason()));
    return this;
  }

  private Behavior<Command> onDrawn(Drawn done) {
    drawn--;
    reply(done.id(), done.png());
    return draw();
  }

  private Behavior<Command> draw() {
    while (drawn < mostDrawn && !waiting.isEmpty()) {
      Decoded next = waiting.remove();
      Wish wish = wishes.get(next.id());
      if (wish != null) {
        drawn++;
        finisher.tell(
            new Finisher.Draw(
                next.id(),
                next.image(),
                wish.model().model().description().imageShape(),
                getContext().getSelf()));
      }
    }
    return this;
  }

  private void reply(long id, StatusReply<byte[]> png) {
    Wish wish = wishes.remove(id);
    if (wish != null) {
      wish.replyTo().tell(png);
    }
  }
}
