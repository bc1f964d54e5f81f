package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.DenoisingState;
import io.stepwise.sampling.FleetEvent;
import io.stepwise.sampling.FleetWatch;
import io.stepwise.sampling.Generation;
import io.stepwise.sampling.Recipe;
import io.stepwise.sampling.Renderer;
import io.stepwise.sampling.Router;
import io.stepwise.sampling.RouterSource;
import io.stepwise.sampling.ServedModel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host whose router is a probe that the test speaks for. */
final class ModelHostTest {

  private static final ActorTestKit KIT = ActorTestKit.create();

  private final TestProbe<Router.Order> router = KIT.createTestProbe();
  private final TestProbe<Placement.News> placement = KIT.createTestProbe();
  private final Recipe recipe = ClusterToys.recipe("a", 9);
  private final ActorRef<ModelHost.Command> host =
      KIT.spawn(
          ModelHost.create(
              ServedModel.of(ToyModel.named("toy"), 1, 1),
              routers(),
              SharedSnapshots.none(KIT.system()),
              3));

  @AfterEach
  void stopHost() {
    KIT.stop(host);
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void imagesAreMadeUnderANameOfTheHostsOwn() {
    Router.Enqueue one = make(1, false).enqueue();
    Router.Enqueue other = make(2, false).enqueue();

    List<String> names =
        List.of(one.states().get(0).recipe().request(), other.states().get(0).recipe().request());
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.startsWith("a@"));
  }

  @Test
  void imagesThatWereTakenOnBeforeAreResumed() {
    host.tell(order(1, true));

    assertThat(next(Router.Resume.class).states())
        .extracting(DenoisingState::step)
        .containsExactly(0, 4);
  }

  @Test
  void everyStepIsToldAndEveryThirdState() {
    Hosted hosted = make(1, false);
    for (int step = 1; step <= 9; step++) {
      hosted.step(0, step);
    }

    for (int step = 1; step <= 9; step++) {
      assertThat(news(Placement.StepTaken.class).step()).isEqualTo(step);
      if (step % 3 == 0 && step < 9) {
        assertThat(news(Placement.StateReported.class).state().step()).isEqualTo(step);
      }
    }
  }

  @Test
  void hostThatLeavesHandsEverythingBackWithItsNewestState() {
    Hosted hosted = make(7, false);
    hosted.step(0, 1);
    hosted.step(0, 2);
    hosted.tell(new Generation.Sampled(ClusterToys.state(recipe, 1, 9)));
    news(Placement.Sampled.class);
    TestProbe<Done> left = KIT.createTestProbe();
    host.tell(new ModelHost.Leave(left.ref()));

    Placement.HandedBack handed = news(Placement.HandedBack.class);
    assertThat(handed.number()).isEqualTo(7);
    assertThat(List.of(handed.state().image(), handed.state().step())).containsExactly(0, 2);
    left.expectMessage(Done.getInstance());
    next(Router.Withdraw.class);
    host.tell(order(8, false));
    assertThat(news(Placement.HandedBack.class).number()).isEqualTo(8);
  }

  @Test
  void imagesOfARouterThatFailedAreHandedBack() {
    Hosted hosted = make(1, false);
    hosted.tell(Generation.RouterLost.INSTANCE);

    assertThat(news(Placement.HandedBack.class).state().image()).isEqualTo(0);
    assertThat(news(Placement.HandedBack.class).state().image()).isEqualTo(1);
  }

  @Test
  void imagesOfAPlacementThatStopsAreDropped() {
    Hosted hosted = make(1, false);
    placement.stop();

    Router.Withdraw withdraw = next(Router.Withdraw.class);

    assertThat(withdraw.generation()).isEqualTo(hosted.enqueue().generation());
  }

  @Test
  void loadNamesTheImagesThatTheHostHas() {
    host.tell(new ModelHost.Attend(placement.ref()));
    make(5, false);
    make(4, false);
    host.tell(new ModelHost.Attend(placement.ref()));
    reportTo().tell(new FleetWatch.ModelReport(ClusterToys.model("toy"), ClusterToys.load(6)));

    Placement.Load load = news(Placement.Load.class);

    assertThat(load.numbers()).containsExactly(4L, 5L);
    assertThat(load.load().rowSteps()).isEqualTo(6);
    assertThat(load.host()).isEqualTo(host);
  }

  @Test
  void previewIsDecodedByTheRouter() {
    host.tell(new ModelHost.Decode(placement.ref(), 3, ClusterToys.WEIGHTS, new float[] {1}));
    Router.Decode wish = next(Router.Decode.class);
    wish.replyTo().tell(new Renderer.Decoded(wish.id(), new float[] {2}));

    assertThat(news(Placement.Decoded.class).image()).containsExactly(2);
  }

  @Test
  void batchesAreToldToWhomWatchesByTheIdsThatWereAskedFor() {
    Hosted hosted = make(1, false);
    host.tell(new ModelHost.WatchBatches(placement.ref()));
    String name = hosted.enqueue().states().get(0).recipe().request();
    reportBatchesTo().tell(new FleetWatch.BatchFinished(batch(name)));

    Placement.BatchesFinished told = news(Placement.BatchesFinished.class);

    assertThat(told.host()).isEqualTo(host);
    assertThat(told.dropped()).isZero();
    assertThat(told.batches().get(0).images()).containsExactly(new FleetEvent.Member("a", 1, 3, 9));
  }

  @Test
  void routerReportsNoBatchesWhenNobodySaysAgainThatTheyWatch() {
    host.tell(new ModelHost.WatchBatches(placement.ref()));

    assertThat(next(Router.ReportBatches.class).to()).isNotNull();
    assertThat(next(Router.ReportBatches.class).to()).isNull();
  }

  private ActorRef<FleetWatch.News> reportBatchesTo() {
    return Objects.requireNonNull(next(Router.ReportBatches.class).to());
  }

  private static FleetEvent.BatchFinished batch(String generation) {
    return new FleetEvent.BatchFinished(
        "toy",
        "",
        0,
        ClusterToys.WEIGHTS,
        5,
        Instant.now(),
        Duration.ofMillis(2),
        1,
        List.of(new FleetEvent.Member(generation, 1, 3, 9)));
  }

  /** What a router was given, and the way to tell what becomes of it. */
  private record Hosted(Router.Enqueue enqueue, Recipe recipe) {

    void tell(Generation.News news) {
      enqueue.generation().tell(news);
    }

    void step(int image, int step) {
      tell(new Generation.StepTaken(ClusterToys.state(recipe, image, step), 0, null));
    }
  }

  private Hosted make(long number, boolean accepted) {
    host.tell(order(number, accepted));
    return new Hosted(next(Router.Enqueue.class), recipe);
  }

  private ModelHost.Make order(long number, boolean accepted) {
    return new ModelHost.Make(
        placement.ref(),
        number,
        accepted,
        recipe,
        List.of(
            ImageState.of(ClusterToys.state(recipe, 0, 0)),
            ImageState.of(ClusterToys.state(recipe, 1, accepted ? 4 : 0))));
  }

  private ActorRef<FleetWatch.News> reportTo() {
    return next(Router.Report.class).replyTo();
  }

  private <T> T next(Class<T> type) {
    Router.Order order = router.receiveMessage();
    return type.isInstance(order) ? type.cast(order) : next(type);
  }

  private <T> T news(Class<T> type) {
    Placement.News news = placement.receiveMessage();
    boolean isOther = news instanceof Placement.Load || news instanceof Placement.StepTaken;
    return isOther && !type.isInstance(news) ? news(type) : type.cast(news);
  }

  private RouterSource routers() {
    return (model, ticker, readinessTo) ->
        Behaviors.receiveMessage(
            order -> {
              router.ref().tell(order);
              return Behaviors.same();
            });
  }
}
