package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.DenoisingState;
import io.stepwise.sampling.FleetEvent;
import io.stepwise.sampling.FleetWatch;
import io.stepwise.sampling.Generation;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.Recipe;
import io.stepwise.sampling.Renderer;
import io.stepwise.sampling.Router;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** A placement whose hosts are probes that the test speaks for. */
final class PlacementTest {

  private static final ActorTestKit KIT = ActorTestKit.create();

  private final AtomicLong nanos = new AtomicLong(300);
  private final TestProbe<Generation.News> generation = KIT.createTestProbe();
  private final TestProbe<ModelReadiness> readiness = KIT.createTestProbe();
  private final Recipe recipe = ClusterToys.recipe("a", 9);
  private final Host first = new Host();
  private final Host second = new Host();
  private String model = "";
  private ActorRef<Router.Order> placement = KIT.system().deadLetters();

  /** Stands for a host: what the placement sends it arrives at the probe. */
  private final class Host {

    final TestProbe<ModelHost.Order> probe = KIT.createTestProbe();
    private ActorRef<Placement.News> placement = KIT.system().deadLetters();

    void register() {
      KIT.system().receptionist().tell(Receptionist.register(ModelHost.key(model), probe.ref()));
      placement = probe.expectMessageClass(ModelHost.Attend.class).placement();
    }

    void report(boolean leaving, Long... numbers) {
      tell(
          new Placement.Load(
              probe.ref(),
              leaving,
              ClusterToys.model(model),
              ClusterToys.load(0),
              List.of(numbers)));
    }

    void tell(Placement.News news) {
      placement.tell(news);
    }

    ModelHost.Make nextMake() {
      return next(ModelHost.Make.class);
    }

    /** Returns what comes next, but for what a host is told again that has not reported. */
    <T extends ModelHost.Order> T next(Class<T> type) {
      ModelHost.Order order = probe.receiveMessage();
      while (order instanceof ModelHost.Attend) {
        order = probe.receiveMessage();
      }
      assertThat(order).isInstanceOf(type);
      return type.cast(order);
    }

    void step(ModelHost.Make make, int image, int step) {
      tell(new Placement.StepTaken(make.number(), image, step, 20, null));
    }

    void reportState(ModelHost.Make make, int image, int step) {
      ImageState state = ImageState.of(ClusterToys.state(recipe, image, step));
      tell(new Placement.StateReported(make.number(), state));
    }
  }

  @BeforeEach
  void startPlacement(TestInfo test) {
    model = test.getDisplayName();
    placement =
        KIT.spawn(
            Placement.create(ClusterToys.description(model), null, nanos::get, readiness.ref()));
  }

  @AfterEach
  void stopPlacement() {
    KIT.stop(placement);
    first.probe.stop();
    second.probe.stop();
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void imagesAreGivenToAHostWithTimesThatCountFromNow() {
    ModelHost.Make make = placeOnFirst(2);

    assertThat(make.accepted()).isFalse();
    assertThat(make.states()).extracting(ImageState::image).containsExactly(0, 1);
    assertThat(make.recipe().urgency()).isEqualTo(new Recipe.Urgency("anybody", -200, 600, 0));
  }

  @Test
  void generationIsToldWhatTheHostTells() {
    ModelHost.Make make = placeOnFirst(2);
    first.tell(new Placement.Admitted(make.number(), Duration.ofMillis(5)));
    first.step(make, 1, 1);
    first.tell(new Placement.ImageLost(make.number(), 0, "poison"));
    DenoisingState last = ClusterToys.state(recipe, 1, 9);
    first.tell(new Placement.Sampled(make.number(), ImageState.of(last)));

    generation.expectMessage(new Generation.Admitted(Duration.ofMillis(5)));
    Generation.StepTaken taken = generation.expectMessageClass(Generation.StepTaken.class);
    assertThat(taken.batchSentNanos()).isEqualTo(280);
    generation.expectMessage(new Generation.ImageLost(0, "poison"));
    DenoisingState sampled = generation.expectMessageClass(Generation.Sampled.class).last();
    assertThat(sampled.x()).isEqualTo(last.x());
    assertThat(sampled.recipe()).isSameAs(recipe);
  }

  @Test
  void imagesOfALostHostGoOnFromTheLastReportEachByItselfAndStepsAreToldOnce() {
    ModelHost.Make make = placeOnFirst(2);
    first.tell(new Placement.Admitted(make.number(), null));
    IntStream.rangeClosed(1, 6).forEach(step -> first.step(make, 0, step));
    first.reportState(make, 0, 5);
    expectSteps(0, 1, 6);
    second.register();
    second.report(false);
    first.probe.stop();

    ModelHost.Make one = second.nextMake();
    ModelHost.Make other = second.nextMake();

    assertThat(one.accepted() && other.accepted()).isTrue();
    assertThat(one.states()).extracting(ImageState::step).containsExactly(5);
    assertThat(one.states().get(0).x()[0]).isEqualTo(5);
    assertThat(other.states()).extracting(ImageState::step).containsExactly(0);
    first.step(make, 0, 9);
    second.step(one, 0, 6);
    second.step(one, 0, 7);
    expectSteps(0, 7, 7);
  }

  @Test
  void imagesThatAreHandedBackGoOnWithTheirNewestState() {
    ModelHost.Make make = placeOnFirst(1);
    first.tell(new Placement.Admitted(make.number(), null));
    second.register();
    second.report(false);
    first.tell(
        new Placement.HandedBack(make.number(), ImageState.of(ClusterToys.state(recipe, 0, 4))));

    assertThat(second.nextMake().states()).extracting(ImageState::step).containsExactly(4);
  }

  @Test
  void imagesThatTheHostForgotArePlacedAgain() {
    ModelHost.Make make = placeOnFirst(1);
    first.report(false, make.number());
    first.report(false);
    first.report(false);

    assertThat(first.next(ModelHost.Withdraw.class))
        .isEqualTo(new ModelHost.Withdraw(make.placement(), make.number()));
    assertThat(first.nextMake().number()).isNotEqualTo(make.number());
  }

  @Test
  void imageThatMovesAgainAndAgainFails() {
    ModelHost.Make make = placeOnFirst(1);
    for (int i = 0; i <= Placement.MOST_MOVES; i++) {
      first.tell(
          new Placement.HandedBack(make.number(), ImageState.of(ClusterToys.state(recipe, 0, 0))));
      first.report(false);
      make = i < Placement.MOST_MOVES ? first.nextMake() : make;
    }

    generation.expectMessage(new Generation.Admitted(null));
    generation.expectMessage(new Generation.ImageLost(0, "moved 10 times in vain"));
  }

  @Test
  void refusalIsToldWhenNoOtherHostTakesTheImagesOn() {
    ModelHost.Make make = placeOnFirst(1);
    second.register();
    second.report(false);
    first.tell(new Placement.TurnedAway(make.number(), "too late", Duration.ofSeconds(3)));
    ModelHost.Make again = second.nextMake();
    second.tell(new Placement.TurnedAway(again.number(), "later", Duration.ofSeconds(4)));

    generation.expectMessage(new Generation.TurnedAway("later", Duration.ofSeconds(4)));
  }

  @Test
  void imagesWaitForAHost() {
    enqueue(1);
    generation.expectMessage(new Generation.Admitted(null));
    first.register();
    first.report(false);

    assertThat(first.nextMake().accepted()).isTrue();
  }

  @Test
  void withdrawnImagesLeaveTheirHost() {
    ModelHost.Make make = placeOnFirst(1);
    placement.tell(new Router.Withdraw("a", generation.ref()));

    assertThat(first.next(ModelHost.Withdraw.class))
        .isEqualTo(new ModelHost.Withdraw(make.placement(), make.number()));
    first.step(make, 0, 1);
    first.tell(new Placement.Admitted(make.number(), null));
    enqueue(1);
    ModelHost.Make other = first.nextMake();
    first.tell(new Placement.Admitted(other.number(), Duration.ofMillis(1)));
    generation.expectMessage(new Generation.Admitted(Duration.ofMillis(1)));
  }

  @Test
  void readinessIsThatOfTheHosts() {
    first.register();
    first.report(false);
    assertThat(readiness.receiveMessage().ready()).isTrue();
    first.report(true);
    assertThat(readiness.receiveMessage().unavailable()).isTrue();
  }

  @Test
  void previewThatIsLostWithItsHostIsAnswered() {
    TestProbe<Renderer.News> renderer = KIT.createTestProbe();
    first.register();
    first.report(false);
    Router.Decode wish = new Router.Decode(5, ClusterToys.WEIGHTS, new float[] {1}, renderer.ref());
    placement.tell(wish);
    ModelHost.Decode order = first.next(ModelHost.Decode.class);
    first.tell(new Placement.Decoded(order.id(), new float[] {2}));
    assertThat(renderer.expectMessageClass(Renderer.Decoded.class).image()).containsExactly(2);

    placement.tell(wish);
    first.next(ModelHost.Decode.class);
    first.probe.stop();

    renderer.expectMessage(new Renderer.NotDecoded(5, "the preview was lost with its host"));
  }

  @Test
  void batchesOfHostsAreToldWhileSomebodyWatchesWhichHostsAreToldWithEachReport() {
    TestProbe<FleetWatch.News> watch = KIT.createTestProbe();
    first.register();
    first.report(false);
    readiness.receiveMessage();
    placement.tell(new Router.ReportBatches(watch.ref()));
    first.next(ModelHost.WatchBatches.class);
    first.report(false);
    first.next(ModelHost.WatchBatches.class);
    FleetEvent.Member image = new FleetEvent.Member("a", 0, 1, 9);
    HostedBatch batch = new HostedBatch(2, ClusterToys.WEIGHTS, 17, 1_000, 500, 1, List.of(image));
    Instant before = Instant.now();
    first.tell(new Placement.BatchesFinished(first.probe.ref(), 4, List.of(batch)));

    watch.expectMessage(new FleetWatch.BatchesDropped(4));
    FleetEvent.BatchFinished told =
        watch.expectMessageClass(FleetWatch.BatchFinished.class).event();
    assertThat(told.started()).isBetween(before.minusNanos(1_000), Instant.now());
    assertThat(told)
        .isEqualTo(
            new FleetEvent.BatchFinished(
                model,
                "",
                2,
                ClusterToys.WEIGHTS,
                17,
                told.started(),
                Duration.ofNanos(500),
                1,
                List.of(image)));

    placement.tell(new Router.ReportBatches(null));
    first.report(false);
    enqueue(1);
    first.nextMake();
    first.tell(new Placement.BatchesFinished(first.probe.ref(), 4, List.of(batch)));
    placement.tell(new Router.Report(watch.ref()));
    watch.expectMessageClass(FleetWatch.ModelReport.class);
  }

  private ModelHost.Make placeOnFirst(int images) {
    first.register();
    first.report(false);
    readiness.receiveMessage();
    enqueue(images);
    return first.nextMake();
  }

  private void enqueue(int images) {
    List<DenoisingState> states =
        IntStream.range(0, images).mapToObj(i -> ClusterToys.state(recipe, i, 0)).toList();
    placement.tell(new Router.Enqueue(states, generation.ref()));
  }

  /** Checks that the generation is told of these steps of an image and of none between. */
  private void expectSteps(int image, int first, int last) {
    for (int step = first; step <= last; step++) {
      DenoisingState state = nextStep();
      assertThat(List.of(state.image(), state.step())).containsExactly(image, step);
    }
  }

  private DenoisingState nextStep() {
    Generation.News news = generation.receiveMessage();
    return news instanceof Generation.StepTaken taken ? taken.state() : nextStep();
  }
}
