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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
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
 * One copy of a model's weights, of each version that is in use, on a thread of its own, which it
 * blocks while it computes.
 *
 * <p>It tells the router {@code Ready} when it can work, answers each batch in turn with {@code
 * BatchDone}, and says {@code BatchFailed} before it fails. After a failure its supervisor starts
 * it again, with a pause that doubles, as a new incarnation with freshly loaded weights; batches
 * sent to an earlier incarnation are dropped, for the router has taken them back.
 *
 * <p>Further versions are loaded on another thread meanwhile, and it says {@code Loaded} when it
 * can work with them. What it says of a batch tells which weights its kernel did load.
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

    /** Returns the digest of the weights that all states are pinned to. */
    String weights() {
      return states.get(0).recipe().key().weights();
    }
  }

  /**
   * Turns previews into images.
   *
   * @param incarnation the one that was ready
   * @param weights digest of the version that made them
   */
  record Decode(long batchId, long incarnation, String weights, List<float[]> states)
      implements Command {

    Decode {
      states = List.copyOf(states);
    }
  }

  /** Loads one more version, beside those in use. */
  record Load(long incarnation, DenoisingModel version) implements Command {}

  /** Frees a version, loaded or not, for which no batch comes any more. */
  record Drop(long incarnation, String weights) implements Command {}

  private record Opened(
      long incarnation,
      String weights,
      CompletableFuture<StepKernel> kernel,
      @Nullable Throwable failure,
      Duration took)
      implements Command {}

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

  /** Where a replica works, as what, and for whom. */
  private record Post(int slot, long incarnation, ActorRef<Router.Command> router) {}

  private static final String LOADER = "stepwise-dispatchers.loader";

  private final int slot;
  private final long incarnation;
  private final ActorRef<Router.Command> router;
  private final Kernels kernels;
  private final WarmUp warmUp;
  private final Executor loader;

  /**
   * Returns a supervised replica that loads the versions in use when it starts.
   *
   * @param versions asked for at every start
   */
  static Behavior<Command> create(
      int slot,
      ServedModel served,
      Supplier<VersionsInUse> versions,
      SamplingOptions options,
      ActorRef<Router.Command> to) {
    AtomicLong incarnations = new AtomicLong();
    SamplingOptions.Replicas replicas = options.replicas();
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    new Replica(
                        context,
                        new Post(slot, incarnations.incrementAndGet(), to),
                        served,
                        versions.get(),
                        options)))
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
      Post post,
      ServedModel served,
      VersionsInUse versions,
      SamplingOptions options) {
    super(context);
    context.setLoggerName(Replica.class);
    this.slot = post.slot();
    this.incarnation = post.incarnation();
    this.router = post.router();
    this.loader = context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(LOADER));
    this.kernels = new Kernels(served.threads());
    versions.models().forEach(this::open);
    // What a restart would measure is known already.
    this.warmUp =
        new WarmUp(incarnation == 1 ? options.scheduling().warmUp() : Duration.ZERO, served);
    List<StepTime> measured =
        warmUp.measure(kernels.get(versions.preferred()), options.replicas().maxBatchRows());
    router.tell(
        new Router.Ready(slot, context.getSelf(), incarnation, kernels.digests(), measured));
  }

  private void open(DenoisingModel model) {
    try {
      kernels.open(model);
    } catch (Throwable failure) {
      kernels.close();
      router.tell(
          new Router.CannotStart(slot, getContext().getSelf(), NetworkException.reason(failure)));
      throw asException("weights cannot be loaded", failure);
    }
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(RunBatch.class, this::onRunBatch)
        .onMessage(Decode.class, this::onDecode)
        .onMessage(Load.class, this::onLoad)
        .onMessage(Opened.class, this::onOpened)
        .onMessage(Drop.class, this::onDrop)
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
      router.tell(new Router.BatchFailed(slot, batch.batchId(), NetworkException.reason(failure)));
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
      images = StatusReply.success(decode(kernels.get(order.weights()), order.states()));
    } catch (Throwable failure) {
      getContext().getLog().warn("replica [{}]: a preview cannot be decoded", slot, failure);
      images =
          StatusReply.error("the preview cannot be decoded: " + NetworkException.reason(failure));
    }
    router.tell(new Router.Decoded(slot, order.batchId(), images));
    return this;
  }

  private Behavior<Command> onLoad(Load order) {
    if (order.incarnation() != incarnation) {
      return this;
    }
    String weights = VersionsInUse.digest(order.version());
    long begin = System.nanoTime();
    CompletableFuture<StepKernel> kernel = kernels.openAside(order.version(), warmUp, loader);
    getContext()
        .pipeToSelf(
            kernel,
            (unused, failure) ->
                new Opened(
                    incarnation,
                    weights,
                    kernel,
                    failure,
                    Duration.ofNanos(System.nanoTime() - begin)));
    return this;
  }

  private Behavior<Command> onOpened(Opened opened) {
    if (opened.incarnation() != incarnation || !kernels.take(opened.weights(), opened.kernel())) {
      return this;
    }
    String weights = opened.weights();
    Throwable failure = opened.failure();
    router.tell(
        failure == null
            ? new Router.Loaded(slot, incarnation, weights, opened.took())
            : new Router.LoadFailed(
                slot, incarnation, weights, NetworkException.reason(cause(failure))));
    return this;
  }

  private Behavior<Command> onDrop(Drop order) {
    if (order.incarnation() == incarnation) {
      kernels.drop(order.weights());
    }
    return this;
  }

  private Router.BatchDone run(RunBatch batch) {
    List<DenoisingState> states = batch.states();
    StepKernel kernel = kernels.get(batch.weights());
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
        decodeFinished(kernel, next)
            ? Duration.ofNanos(System.nanoTime() - stepped)
            : Duration.ZERO;
    List<Outcome> outcomes =
        IntStream.range(0, next.size())
            .mapToObj(i -> new Outcome(next.get(i), next.get(i).isFinite(), previews.get(i)))
            .toList();
    Duration ran = Duration.ofNanos(stepped - begin);
    return new Router.BatchDone(
        slot, batch.batchId(), kernel.digest(), outcomes, started, ran, decoded);
  }

  /**
   * Decodes, all together, the states that took their last step; finite ones only.
   *
   * @return whether there were any
   */
  private static boolean decodeFinished(StepKernel kernel, List<DenoisingState> states) {
    int[] finished =
        IntStream.range(0, states.size())
            .filter(i -> states.get(i).remainingSteps() == 0 && states.get(i).isFinite())
            .toArray();
    if (finished.length == 0) {
      return false;
    }
    List<float[]> images =
        decode(kernel, Arrays.stream(finished).mapToObj(i -> states.get(i).x()).toList());
    for (int k = 0; k < finished.length; k++) {
      states.set(finished[k], states.get(finished[k]).decodedTo(images.get(k)));
    }
    return true;
  }

  private static List<float[]> decode(StepKernel kernel, List<float[]> states) {
    List<float[]> images = kernel.decode(states);
    if (images.size() != states.size()) {
      throw new NetworkException(
          "decoded images: " + images.size() + " (expected: " + states.size() + ")");
    }
    return images;
  }

  private Behavior<Command> release() {
    kernels.close();
    return this;
  }

  private static RuntimeException asException(String what, Throwable failure) {
    return failure instanceof RuntimeException exception
        ? exception
        : new NetworkException(what + ": " + NetworkException.reason(failure), failure);
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
    return cause == null ? failure : cause;
  }
}
