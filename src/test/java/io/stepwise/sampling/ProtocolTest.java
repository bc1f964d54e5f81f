package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.DenoisingModel;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.ToyModel;
import io.stepwise.sampling.SamplingService.Detail;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every message of every protocol has a handler: the compiler does not say so, and Pekko drops what
 * has none without a word.
 */
final class ProtocolTest {

  private static final ServedModel SERVED =
      new ServedModel(ToyModel.named("toy"), new ToyPlans(), 1, 1);

  @TestFactory
  Stream<DynamicTest> everyMessageIsHandled() {
    return Stream.of(
            handled(SamplingService.Command.class, ProtocolTest::service),
            handled(Generation.Command.class, ProtocolTest::generation),
            handled(Router.Command.class, ProtocolTest::router),
            handled(Replica.Command.class, ProtocolTest::replica),
            handled(Finisher.Command.class, () -> Finisher.create(Toys.RAW)),
            handled(Renderer.Command.class, () -> Renderer.create(List.of(), inbox(), 1)),
            handled(FleetWatch.Command.class, () -> FleetWatch.create(inbox(), Map.of())))
        .flatMap(tests -> tests);
  }

  private static Behavior<SamplingService.Command> service() {
    return SamplingService.create(List.of(SERVED), Toys.options(4), Toys.RAW);
  }

  private static Behavior<Generation.Command> generation() {
    Recipe recipe = Toys.recipe("a", 2);
    ResolvedRequest request =
        new ResolvedRequest(
            "toy", 2, "ancestral", "bag", null, Toys.requests().maxDeadline(), false, recipe);
    return Generation.create(
        request,
        new Generation.Partners(
            inbox(), inbox(), inbox(), SamplingListener.NONE, Detail.STEPS, inbox()),
        () -> 0);
  }

  private static Behavior<Router.Command> router() {
    return Router.create(
        ReplicaFleet.of(SERVED, Toys.options(4), SamplingListener.NONE),
        Toys.options(4),
        () -> 0,
        inbox());
  }

  private static Behavior<Replica.Command> replica() {
    return Replica.create(
        0, SERVED, () -> VersionsInUse.of(SERVED.model()), Toys.options(4), inbox());
  }

  private interface BehaviorSource<C> {

    Behavior<C> get();
  }

  private static <C> Stream<DynamicTest> handled(Class<C> protocol, BehaviorSource<C> actor) {
    assertThat(protocol.isSealed()).as(protocol + " is sealed").isTrue();
    return messages(protocol)
        .map(
            type ->
                DynamicTest.dynamicTest(
                    protocol.getDeclaringClass().getSimpleName() + "." + type.getSimpleName(),
                    () -> assertHandled(actor.get(), protocol.cast(sample(type)))));
  }

  private static Stream<Class<?>> messages(Class<?> protocol) {
    return Arrays.stream(protocol.getPermittedSubclasses())
        .flatMap(type -> type.isInterface() ? messages(type) : Stream.of(type));
  }

  private static <C> void assertHandled(Behavior<C> actor, C message) {
    BehaviorTestKit<C> kit = BehaviorTestKit.create(actor);
    kit.run(message);
    assertThat(Behavior.isUnhandled(kit.returnedBehavior())).as("unhandled").isFalse();
  }

  /** Returns a message of a type with the plainest contents that its record takes. */
  private static Object sample(Class<?> type) throws ReflectiveOperationException {
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    } else if (type.isSealed()) {
      return sample(type.getPermittedSubclasses()[0]);
    } else if (type == DenoisingState.class) {
      return DenoisingState.first(Toys.recipe("a", 2), 0);
    } else if (type == ImageShape.class) {
      return Toys.SHAPE;
    } else if (type == GenerationRequest.class) {
      return GenerationRequest.builder("a").build();
    } else if (type.isRecord() && type != ModelDescription.class) {
      return sampleOfRecord(type);
    } else if (type == int.class) {
      return 0;
    } else if (type == long.class) {
      return 0L;
    } else if (type == double.class || type == Double.class) {
      return 1.0;
    } else if (type == String.class) {
      return "toy";
    } else if (type == List.class) {
      return List.of();
    } else if (type == float[].class) {
      return new float[0];
    } else if (type == byte[].class) {
      return new byte[0];
    } else if (type == ActorRef.class) {
      return inbox();
    }
    return sampleOfValue(type);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // A sample is nothing to wait for.
  private static Object sampleOfValue(Class<?> type) {
    if (type == boolean.class) {
      return true;
    } else if (type == Duration.class) {
      return Duration.ZERO;
    } else if (type == Instant.class) {
      return Instant.EPOCH;
    } else if (type == Map.class) {
      return Map.of();
    } else if (type == Set.class) {
      return Set.of();
    } else if (type == DenoisingModel.class) {
      return SERVED.model();
    } else if (type == ModelDescription.class) {
      return SERVED.model().description();
    } else if (type == CompletableFuture.class) {
      return new CompletableFuture<>();
    } else if (type == Throwable.class) {
      return new IllegalStateException("sample");
    } else if (type == StatusReply.class) {
      return StatusReply.success(new byte[0]);
    }
    throw new IllegalArgumentException("no sample of " + type);
  }

  private static Object sampleOfRecord(Class<?> type) throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = sample(types[i]);
    }
    Constructor<?> constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor.newInstance(values);
  }

  private static <T> ActorRef<T> inbox() {
    return TestInbox.<T>create().getRef();
  }
}
