package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.DenoisingModel;
import io.stepwise.network.TinyFolder;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotPublished;
import io.stepwise.snapshot.SnapshotStore;
import io.stepwise.training.TrainingStatus.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainerTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ENDLESS = 1_000_000;

  @TempDir Path folder;
  private SnapshotStore store;
  private Snapshot base;
  private final TestProbe<SnapshotPublished> announced = KIT.createTestProbe();
  private final TestProbe<TrainingReply> replies = KIT.createTestProbe();
  private final TestProbe<TrainingEvent> events = KIT.createTestProbe();
  private final AtomicBoolean isBusy = new AtomicBoolean();
  private ActorRef<Trainer.Command> trainer;

  @AfterAll
  static void endActors() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void startTrainer() {
    TinyFolder.write(folder.resolve("tiny"));
    store = SnapshotStore.open(folder.resolve("snapshots"), "tiny", 5);
    base = store.importBase(folder.resolve("tiny"));
    trainer = spawn(isBusy::get, folder.resolve("run"));
  }

  @AfterEach
  void stopTrainer() {
    KIT.stop(trainer, PATIENCE);
  }

  @Test
  void publishesAsOftenAsOrderedAndFinishes() {
    start(order(6, new PublishRule(2, null, false)));

    for (int step = 2; step <= 6; step += 2) {
      Snapshot snapshot = announced.receiveMessage(PATIENCE).snapshot();
      assertThat(snapshot.step()).isEqualTo(step);
      assertThat(snapshot.metrics()).containsKey("loss");
      assertThat(store.load(snapshot.digest(), "cpu").description().labels())
          .containsExactly("left", "top");
    }
    TrainingStatus status = await(now -> now.state() == State.FINISHED);
    assertThat(status.step()).isEqualTo(6);
    assertThat(status.of()).isEqualTo(6);
    assertThat(status.published().stream().map(Snapshot::step)).containsExactly(6, 4, 2);
    assertThat(status.curve()).hasSize(6);
    assertThat(status.error()).isNull();
    assertThat(store.current()).contains(status.published().get(0));
    assertThat(store.current()).isNotEqualTo(Optional.of(base));
  }

  @Test
  void publishedVersionDrawsForThoseWhoWatch() {
    trainer.tell(new Trainer.Watch(events.ref()));
    start(order(4, new PublishRule(2, null, false)));

    for (int step = 2; step <= 4; step += 2) {
      TrainingSamples samples = nextSamples(events);
      assertThat(samples.snapshot().step()).isEqualTo(step);
      assertThat(samples.labels()).containsExactly("left", "top");
      DenoisingModel version = store.load(samples.snapshot().digest(), "cpu");
      assertThat(samples.grid().png())
          .isEqualTo(
              SampleDrawing.draw(version, SampleSheet.ofColumns(samples.labels(), 2), 1).png());
    }
    TestProbe<TrainingEvent> newcomer = KIT.createTestProbe();
    trainer.tell(new Trainer.Watch(newcomer.ref()));
    assertThat(newcomer.receiveMessage(PATIENCE)).isInstanceOf(TrainingStatus.class);
    assertThat(newcomer.receiveMessage(PATIENCE))
        .isInstanceOfSatisfying(
            TrainingSamples.class, newest -> assertThat(newest.snapshot().step()).isEqualTo(4));
  }

  @Test
  void publishesWhenTheValidationLossImproves() {
    start(
        order(
            30,
            new PublishRule(null, null, true),
            new TrainingOptions.Validation(3, 1),
            LearningRate.of(1e-3, LearningRateSchedule.CONSTANT, 0)));

    TrainingStatus status = await(now -> now.state() == State.FINISHED);

    assertThat(status.published()).isNotEmpty();
    double best = Double.POSITIVE_INFINITY;
    for (int i = status.published().size() - 1; i >= 0; i--) {
      double loss = status.published().get(i).metrics().get("validation_loss");
      assertThat(loss).isLessThan(best);
      best = loss;
    }
    assertThat(status.figures().bestValidationLoss()).isEqualTo(best);
  }

  @Test
  void pausedTrainingHoldsUntilItIsResumed() {
    start(order(ENDLESS, PublishRule.AT_END));
    await(now -> now.step() >= 2);

    trainer.tell(new Trainer.Pause(replies.ref()));
    TrainingStatus paused = accepted();
    assertThat(paused.state()).isEqualTo(State.PAUSED);
    AtomicInteger last = new AtomicInteger(-1);
    int held = await(now -> last.getAndSet(now.step()) == now.step()).step();
    trainer.tell(new Trainer.Stop(replies.ref()));
    assertThat(accepted().state()).isEqualTo(State.STOPPING);
    TrainingStatus stopped = await(now -> now.state() == State.IDLE);
    assertThat(stopped.step()).isBetween(held, held + 1);
    assertThat(stopped.error()).isNull();

    start(resumed());
    trainer.tell(new Trainer.Pause(replies.ref()));
    accepted();
    trainer.tell(new Trainer.Resume(replies.ref()));
    assertThat(accepted().state()).isEqualTo(State.RUNNING);
    await(now -> now.step() > stopped.step() + 3);
  }

  @Test
  void stoppedTrainingThatIsGoneOnWithHasTheLossesOfAnUnbrokenOne() throws IOException {
    start(order(12, PublishRule.AT_END));
    await(now -> now.state() == State.FINISHED);
    double[] unbroken = losses("run");
    String digest = store.current().orElseThrow().digest();

    store.activate(base.digest());
    ActorRef<Trainer.Command> other = spawn(isBusy::get, folder.resolve("broken"));
    KIT.stop(trainer, PATIENCE);
    trainer = other;
    start(order(12, PublishRule.AT_END));
    await(now -> now.step() >= 3);
    trainer.tell(new Trainer.Stop(replies.ref()));
    boolean isAccepted = replies.receiveMessage(PATIENCE) instanceof TrainingReply.Accepted;
    List<State> ended = List.of(State.IDLE, State.FINISHED, State.FAILED);
    State end = await(now -> ended.contains(now.state())).state();
    assertThat(isAccepted || end == State.FINISHED).isTrue();
    if (end == State.IDLE) {
      start(resumed());
      await(now -> now.state() == State.FINISHED);
    }

    assertThat(losses("broken")).hasSize(12).isEqualTo(unbroken);
    assertThat(store.current().orElseThrow().digest()).isEqualTo(digest);
  }

  @Test
  void failureIsGoneOnFromTheLastCheckpoint() throws IOException {
    start(order(12, PublishRule.AT_END));
    await(now -> now.state() == State.FINISHED);
    double[] unbroken = losses("run");
    store.activate(base.digest());
    KIT.stop(trainer, PATIENCE);
    AtomicInteger asked = new AtomicInteger();
    BooleanSupplier failing =
        () -> {
          if (Thread.currentThread().getName().contains("training")
              && asked.incrementAndGet() % 10 == 9) {
            throw new NoClassDefFoundError("a native library's");
          }
          return false;
        };
    trainer = spawn(failing, folder.resolve("failing"));
    trainer.tell(new Trainer.Watch(events.ref()));
    start(order(12, PublishRule.AT_END));

    events.fishForMessage(
        PATIENCE,
        event ->
            event instanceof TrainingStatus status && status.state() == State.FINISHED
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());

    assertThat(asked.get()).isGreaterThan(12 + 10);
    assertThat(losses("failing")).isEqualTo(unbroken);
  }

  @Test
  void lossThatIsNotFiniteEndsTheTrainingAndKeepsTheLastGoodWeights() {
    start(
        order(
            ENDLESS,
            PublishRule.AT_END,
            TrainingOptions.Validation.NONE,
            LearningRate.of(1e38, LearningRateSchedule.CONSTANT, 0)));

    TrainingStatus failed = await(now -> now.state() == State.FAILED);

    assertThat(failed.error()).contains("(expected: a finite number)");
    assertThat(store.current()).contains(base);
    start(order(2, PublishRule.AT_END));
    assertThat(await(now -> now.state() == State.FINISHED).error()).isNull();
  }

  @Test
  void versionThatCannotBeWrittenIsSaidAndTriedAgainWhileTheTrainingGoesOn() throws IOException {
    Path staging = folder.resolve("snapshots/tiny/staging");
    Files.delete(staging);
    Files.createSymbolicLink(staging, Path.of("/proc/self"));
    start(order(ENDLESS, new PublishRule(2, null, false)));

    TrainingStatus troubled = await(now -> now.error() != null);
    assertThat(troubled.error()).startsWith("publishing: ").contains("staging");
    assertThat(troubled.state()).isEqualTo(State.RUNNING);
    await(now -> now.step() > troubled.step() + 3);
    Files.delete(staging);

    announced.receiveMessage(PATIENCE);
    assertThat(await(now -> now.error() == null).state()).isEqualTo(State.RUNNING);
  }

  @Test
  void folderThatIsRemovedUnderWayIsMadeAnewAndGoneOnWith() throws IOException {
    start(order(ENDLESS, PublishRule.AT_END));
    await(now -> now.step() >= 3);
    Files.move(folder.resolve("run"), folder.resolve("removed"));
    int reached = await(now -> now.error() == null).step();
    await(now -> now.step() > reached + 3 && Files.exists(folder.resolve("run/loss.csv")));

    trainer.tell(new Trainer.Stop(replies.ref()));
    accepted();
    int stopped = await(now -> now.state() == State.IDLE).step();
    start(resumed());

    assertThat(await(now -> now.step() > stopped).error()).isNull();
    assertThat(folder.resolve("run/events.out.tfevents.stepwise")).isNotEmptyFile();
  }

  @Test
  void trainingWithoutAShareWaitsUntilNothingElseHasWork() {
    isBusy.set(true);
    start(order(3, PublishRule.AT_END));
    assertThat(await(now -> true).step()).isZero();
    assertThat(await(now -> true).share()).isZero();

    isBusy.set(false);

    assertThat(await(now -> now.state() == State.FINISHED).step()).isEqualTo(3);
  }

  @Test
  void oneTrainingRunsAtATime() {
    trainer.tell(new Trainer.Pause(replies.ref()));
    assertThat(refused().reason()).isEqualTo(TrainingReply.Reason.NOT_RUNNING);
    start(order(ENDLESS, PublishRule.AT_END));

    trainer.tell(new Trainer.Start(order(1, PublishRule.AT_END), replies.ref()));

    assertThat(refused().reason()).isEqualTo(TrainingReply.Reason.ALREADY_RUNNING);
  }

  @Test
  void orderThatDoesNotSuitTheModelIsRefused() {
    trainer.tell(new Trainer.Start(resumed(), replies.ref()));
    TrainingReply.Refused nothingToResume = refused();
    assertThat(nothingToResume.reason()).isEqualTo(TrainingReply.Reason.INVALID);
    assertThat(nothingToResume.field()).isEqualTo("resume");
    await(now -> now.state() == State.FAILED);

    TrainingOrder unknown =
        new TrainingOrder(
            "other",
            1,
            null,
            4,
            1,
            rate(),
            TrainingOptions.Validation.NONE,
            PublishRule.AT_END,
            1,
            false);
    trainer.tell(new Trainer.Start(unknown, replies.ref()));
    assertThat(refused().message()).isEqualTo("model: other (expected: one of tiny)");
  }

  @Test
  void endOfTheActorsWritesACheckpoint() throws IOException {
    start(order(ENDLESS, PublishRule.AT_END));
    int reached = await(now -> now.step() >= 4).step();

    KIT.stop(trainer, PATIENCE);

    assertThat(losses("run").length).isGreaterThanOrEqualTo(reached);
    trainer = spawn(isBusy::get, folder.resolve("run"));
    start(resumed());
    await(now -> now.step() > reached);
  }

  private ActorRef<Trainer.Command> spawn(BooleanSupplier busy, Path runFolder) {
    return KIT.spawn(
        Trainer.create(
            List.of(new TrainableModel("tiny", store, runFolder, TinyTraining::images)),
            new TrainerOptions(
                1,
                1,
                0,
                Duration.ofMillis(20),
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofMillis(20)),
            busy,
            announced.ref()::tell));
  }

  private void start(TrainingOrder order) {
    trainer.tell(new Trainer.Start(order, replies.ref()));
    assertThat(accepted().state()).isEqualTo(State.RUNNING);
  }

  private static TrainingSamples nextSamples(TestProbe<TrainingEvent> watcher) {
    return (TrainingSamples)
        watcher
            .fishForMessage(
                PATIENCE,
                event ->
                    event instanceof TrainingSamples
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore())
            .get(0);
  }

  private TrainingStatus accepted() {
    return replies.expectMessageClass(TrainingReply.Accepted.class, PATIENCE).status();
  }

  private TrainingReply.Refused refused() {
    return replies.expectMessageClass(TrainingReply.Refused.class, PATIENCE);
  }

  private TrainingStatus await(Predicate<TrainingStatus> condition) {
    TestProbe<TrainingStatus> probe = KIT.createTestProbe();
    return probe.awaitAssert(
        PATIENCE,
        () -> {
          trainer.tell(new Trainer.Tell(probe.ref()));
          TrainingStatus status = probe.receiveMessage(PATIENCE);
          assertThat(status).matches(condition);
          return status;
        });
  }

  private double[] losses(String run) throws IOException {
    return LossLog.losses(folder.resolve(run).resolve("loss.csv"));
  }

  private static TrainingOrder order(int steps, PublishRule publish) {
    return order(steps, publish, TrainingOptions.Validation.NONE, rate());
  }

  private static TrainingOrder order(
      int steps, PublishRule publish, TrainingOptions.Validation validation, LearningRate rate) {
    return new TrainingOrder(null, steps, null, 4, 1, rate, validation, publish, 7, false);
  }

  private static TrainingOrder resumed() {
    TrainingOptions.Validation none = TrainingOptions.Validation.NONE;
    PublishRule atEnd = PublishRule.AT_END;
    return new TrainingOrder(null, null, null, 4, 1, rate(), none, atEnd, 7, true);
  }

  private static LearningRate rate() {
    return LearningRate.of(1e-3, LearningRateSchedule.CONSTANT, 0);
  }
}
