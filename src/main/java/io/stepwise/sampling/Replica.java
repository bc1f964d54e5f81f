package io.stepwise.sampling;

import io.stepwise.batching.StepTime;
import io.stepwise.network.DenoisingModel;
import io.stepwise.network.NetworkException;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * One copy of a model's weights on a thread of its own, which it blocks while it computes.
 *
 * <p>It tells the router {@code Ready} when it can work, answers each batch in turn with {@code
 * BatchDone}, and says {@code BatchFailed} before it fails. After a failure its supervisor starts
 * it again, with a pause that doubles, as a new incarnation with freshly loaded weights; batches
 * sent to an earlier incarnation are dropped, for the router has taken them back.
 *
 * <p>It holds no state of an image beyond the batch it computes. Errors of native code ({@code
 * UnsatisfiedLinkError}, lack of memory) would pass by the supervisor and end the process; here
 * they become exceptions.
 */
final class Replica extends AbstractBehavior<Replica.Command> {

  /** What a replica understands. */
  sealed interface Command {}

  /**
   * Takes one step with every state.
   *
   * @param incarnation the one that was ready
   */
  record RunBatch(long batchId, long incarnation, List<DenoisingState> states) implements Command {

    RunBatch {
      states = List.copyOf(states);
    }
  }

  /**
   * Turns previews into images.
   *
   * @param incarnation the one that was ready
   */
  record Decode(long batchId, long incarnation, List<float[]> states) implements Command {

    Decode {
      states = List.copyOf(states);
    }
  }

  /**
   * What became of one state in a batch.
   *
   * @param state the next state
   * @param isFinite whether the image can go on
   * @param preview what is shown of the step, [C, H, W] row-major, float32; null for nothing
   */
  record Outcome(DenoisingState state, boolean isFinite, float @Nullable [] preview) {

    /** Makes an outcome that is not shown. */
    Outcome(DenoisingState state, boolean isFinite) {
      this(state, isFinite, null);
    }
  }

  private final int slot;
  private final long incarnation;
  private final ActorRef<Router.Command> router;
  private final StepKernel kernel;

  /** Returns a supervised replica that loads its weights when it starts. */
  static Behavior<Command> create(
      int slot, ServedModel served, SamplingOptions options, ActorRef<Router.Command> to) {
    AtomicLong incarnations = new AtomicLong();
    SamplingOptions.Replicas replicas = options.replicas();
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    new Replica(
                        context, slot, served, options, incarnations.incrementAndGet(), to)))
        .onFailure(
            RuntimeException.class,
            SupervisorStrategy.restartWithBackoff(replicas.minBackoff(), replicas.maxBackoff(), 0.1)
                .withLogLevel(Level.WARN));
  }

  /** Returns the dispatcher that gives each replica its thread. */
  static DispatcherSelector ownThread() {
    return DispatcherSelector.fromConfig("stepwise-dispatchers.replica");
  }

  private Replica(
      ActorContext<Command> context,
      int slot,
      ServedModel served,
      SamplingOptions options,
      long incarnation,
      ActorRef<Router.Command> router) {
    super(context);
    context.setLoggerName(Replica.class);
    this.slot = slot;
    this.incarnation = incarnation;
    this.router = router;
    this.kernel = open(served.model(), served.threads());
    // What a restart would measure is known already.
    WarmUp warmUp =
        new WarmUp(incarnation == 1 ? options.scheduling().warmUp() : Duration.ZERO, served);
    List<StepTime> measured = warmUp.measure(kernel, options.replicas().maxBatchRows());
    router.tell(new Router.Ready(slot, context.getSelf(), incarnation, measured));
  }

  private StepKernel open(DenoisingModel model, int threads) {
    try {
      return model.openKernel(threads);
    } catch (Throwable failure) {
      router.tell(new Router.CannotStart(slot, getContext().getSelf(), describe(failure)));
      throw asException("weights cannot be loaded", failure);
    }
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(RunBatch.class, this::onRunBatch)
        .onMessage(Decode.class, this::onDecode)
        .onSignal(PreRestart.class, signal -> release())
        .onSignal(PostStop.class, signal -> release())
        .build();
  }

  private Behavior<Command> onRunBatch(RunBatch batch) {
    if (batch.incarnation() != incarnation) {
      return this;
    }
    Router.BatchDone done;
    try {
      done = run(batch);
    } catch (Throwable failure) {
      router.tell(new Router.BatchFailed(slot, batch.batchId(), describe(failure)));
      throw asException("step of " + batch.states().size() + " images", failure);
    }
    router.tell(done);
    return this;
  }

  /** A preview that cannot be decoded is no reason to start anew: a step will tell if one is. */
  private Behavior<Command> onDecode(Decode order) {
    if (order.incarnation() != incarnation) {
      return this;
    }
    StatusReply<List<float[]>> images;
    try {
      images = StatusReply.success(decode(order.states()));
    } catch (Throwable failure) {
      getContext().getLog().warn("replica [{}]: a preview cannot be decoded", slot, failure);
      images = StatusReply.error("the preview cannot be decoded: " + describe(failure));
    }
    router.tell(new Router.Decoded(slot, order.batchId(), images));
    return this;
  }

  private Router.BatchDone run(RunBatch batch) {
    List<DenoisingState> states = batch.states();
    Instant started = Instant.now();
    long begin = System.nanoTime();
    List<StepInput> inputs = states.stream().map(DenoisingState::nextInput).toList();
    List<StepOutput> outputs = kernel.run(inputs);
    if (outputs.size() != states.size()) {
      throw new NetworkException(
          "results of a batch: " + outputs.size() + " (expected: " + states.size() + ")");
    }
    List<DenoisingState> next = new ArrayList<>(states.size());
    for (int i = 0; i < states.size(); i++) {
      next.add(states.get(i).after(outputs.get(i)));
    }
    List<float @Nullable []> previews = new ArrayList<>(states.size());
    for (int i = 0; i < states.size(); i++) {
      previews.add(next.get(i).preview(outputs.get(i)));
    }
    long stepped = System.nanoTime();
    Duration decoded =
        decodeFinished(next) ? Duration.ofNanos(System.nanoTime() - stepped) : Duration.ZERO;
    List<Outcome> outcomes =
        IntStream.range(0, next.size())
            .mapToObj(i -> new Outcome(next.get(i), next.get(i).isFinite(), previews.get(i)))
            .toList();
    Duration ran = Duration.ofNanos(stepped - begin);
    return new Router.BatchDone(slot, batch.batchId(), outcomes, started, ran, decoded);
  }

  /**
   * Decodes, all together, the states that took their last step; finite ones only.
   *
   * @return whether there were any
   */
  private boolean decodeFinished(List<DenoisingState> states) {
    int[] finished =
        IntStream.range(0, states.size())
            .filter(i -> states.get(i).remainingSteps() == 0 && states.get(i).isFinite())
            .toArray();
    if (finished.length == 0) {
      return false;
    }
    List<float[]> images =
        decode(Arrays.stream(finished).mapToObj(i -> states.get(i).x()).toList());
    for (int k = 0; k < finished.length; k++) {
      states.set(finished[k], states.get(finished[k]).decodedTo(images.get(k)));
    }
    return true;
  }

  private List<float[]> decode(List<float[]> states) {
    List<float[]> images = kernel.decode(states);
    if (images.size() != states.size()) {
      throw new NetworkException(
          "decoded images: " + images.size() + " (expected: " + states.size() + ")");
    }
    return images;
  }

  private Behavior<Command> release() {
    try {
      kernel.close();
    } catch (Throwable failure) {
      getContext().getLog().warn("replica [{}]: its memory was not freed", slot, failure);
    }
    return this;
  }

  private static RuntimeException asException(String what, Throwable failure) {
    return failure instanceof RuntimeException exception
        ? exception
        : new NetworkException(what + ": " + describe(failure), failure);
  }

  private static String describe(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
