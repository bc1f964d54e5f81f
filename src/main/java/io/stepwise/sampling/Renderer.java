package io.stepwise.sampling;

import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
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
 * Makes PNGs of previews for those who ask for them, those of a latent model by way of a replica's
 * decoder.
 *
 * <p>A finished image never waits for more than one preview on each of the finishers' threads: the
 * rest wait here. When {@link #MOST} are wanted at the same time, further ones are refused.
 */
public final class Renderer extends AbstractBehavior<Renderer.Command> {

  /** Most previews that are wanted and not made yet. */
  static final int MOST = 256;

  /** What a renderer understands. */
  sealed interface Command {}

  /** What a router tells of previews. */
  public sealed interface News extends Command {}

  /** Asks for a PNG. */
  record Render(Preview preview, ActorRef<StatusReply<byte[]>> replyTo) implements Command {}

  /** A preview's image, to be made a file. */
  public record Decoded(long id, float[] image) implements News {}

  /** A preview's image could not be had. */
  public record NotDecoded(long id, String reason) implements News {}

  /** A preview's file, or why there is none. */
  record Drawn(long id, StatusReply<byte[]> png) implements Command {}

  /** A model whose previews can be drawn. */
  record Source(ModelDescription model, ActorRef<Router.Order> router) {

    /** Returns whether its states are latents and not images. */
    boolean isLatent() {
      return !model.shape().equals(model.imageShape());
    }
  }

  private record Wish(ImageShape shape, ActorRef<StatusReply<byte[]>> replyTo) {}

  private final Map<String, Source> sources = new HashMap<>();
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
      List<Source> sources, ActorRef<Finisher.Command> finisher, int finishers) {
    return Behaviors.setup(context -> new Renderer(context, sources, finisher, finishers));
  }

  private Renderer(
      ActorContext<Command> context,
      List<Source> sources,
      ActorRef<Finisher.Command> finisher,
      int finishers) {
    super(context);
    sources.forEach(source -> this.sources.put(source.model().name(), source));
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
    Source source = sources.get(preview.model());
    if (source == null) {
      String name = RequestResolver.quoted(preview.model());
      render.replyTo().tell(StatusReply.error("model: " + name + " (expected: one served)"));
    } else if (preview.state().length != source.model().shape().size()) {
      String message = "preview: %d values (expected: %d)";
      int expected = source.model().shape().size();
      render.replyTo().tell(StatusReply.error(message.formatted(preview.state().length, expected)));
    } else if (wishes.size() >= MOST) {
      String message = "previews: more than " + MOST + " are wanted at the same time";
      render.replyTo().tell(StatusReply.error(message));
    } else {
      accept(source, render);
    }
    return this;
  }

  private void accept(Source source, Render render) {
    long id = ++lastId;
    float[] state = render.preview().state();
    wishes.put(id, new Wish(source.model().imageShape(), render.replyTo()));
    if (source.isLatent()) {
      String weights = render.preview().snapshot();
      source.router().tell(new Router.Decode(id, weights, state, getContext().getSelf().narrow()));
    } else {
      waiting.add(new Decoded(id, state));
      draw();
    }
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
            new Finisher.Draw(next.id(), next.image(), wish.shape(), getContext().getSelf()));
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
