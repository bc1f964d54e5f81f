package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.training.Trainer;
import io.stepwise.training.TrainingEvent;
import io.stepwise.training.TrainingReply;
import io.stepwise.training.TrainingStatus;
import io.stepwise.training.TrainingStatus.State;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stand-in for trainers that are probes. */
final class TrainerStandInTest {

  private final ActorTestKit kit = ActorTestKit.create();

  private final TestProbe<Trainer.Order> trainer = kit.createTestProbe();
  private final TestProbe<TrainingReply> replies = kit.createTestProbe();
  private final TestProbe<TrainingStatus> statuses = kit.createTestProbe();
  private final TestProbe<TrainingEvent> events = kit.createTestProbe();
  private final ActorRef<Trainer.Order> standIn = kit.spawn(TrainerStandIn.create());

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void whereNobodyTrainsThatIsSaidAtOnce() {
    standIn.tell(new Trainer.Tell(statuses.ref()));
    standIn.tell(new Trainer.Watch(events.ref()));
    standIn.tell(new Trainer.Start(null, replies.ref()));
    standIn.tell(new Trainer.Pause(replies.ref()));
    standIn.tell(new Trainer.Resume(replies.ref()));
    standIn.tell(new Trainer.Stop(replies.ref()));

    TrainingStatus status = statuses.receiveMessage();
    assertThat(status.state()).isEqualTo(State.ABSENT);
    assertThat(status.error()).startsWith("no node trains");
    events.expectMessage(status);
    for (int i = 0; i < 4; i++) {
      TrainingReply.Refused refused = replies.expectMessageClass(TrainingReply.Refused.class);
      assertThat(refused.reason()).isEqualTo(TrainingReply.Reason.NO_TRAINER);
    }
  }

  @Test
  void ordersReachTheTrainerAndItsAnswersWhoAsked() {
    register(trainer);
    standIn.tell(new Trainer.Stop(replies.ref()));
    trainer.expectMessage(new Trainer.Stop(replies.ref()));

    standIn.tell(new Trainer.Tell(statuses.ref()));
    Trainer.Tell tell = trainer.expectMessageClass(Trainer.Tell.class);
    tell.replyTo().tell(status(State.PAUSED));

    assertThat(statuses.receiveMessage().state()).isEqualTo(State.PAUSED);
  }

  @Test
  void trainerThatDoesNotAnswerIsAbsent() {
    register(trainer);
    standIn.tell(new Trainer.Tell(statuses.ref()));
    trainer.expectMessageClass(Trainer.Tell.class);

    assertThat(statuses.receiveMessage().error()).isEqualTo("the node that trains does not answer");
  }

  @Test
  void whoWatchesIsToldThatNobodyTrainsAndWatchesTheNextTrainer() {
    register(trainer);
    standIn.tell(new Trainer.Watch(events.ref()));
    trainer.expectMessage(new Trainer.Watch(events.ref()));

    trainer.stop();
    assertThat(events.receiveMessage())
        .isInstanceOfSatisfying(
            TrainingStatus.class, status -> assertThat(status.state()).isEqualTo(State.ABSENT));
    TestProbe<Trainer.Order> next = kit.createTestProbe();
    kit.system().receptionist().tell(Receptionist.register(ClusterTrainer.KEY, next.ref()));

    next.expectMessage(new Trainer.Watch(events.ref()));
  }

  private void register(TestProbe<Trainer.Order> probe) {
    kit.system().receptionist().tell(Receptionist.register(ClusterTrainer.KEY, probe.ref()));
    TestProbe<TrainingStatus> ignored = kit.createTestProbe();
    ignored.awaitAssert(
        () -> {
          standIn.tell(new Trainer.Tell(ignored.ref()));
          return probe.expectMessageClass(Trainer.Tell.class, Duration.ofSeconds(3));
        });
  }

  private static TrainingStatus status(State state) {
    return new TrainingStatus(state, "toy", 1, 2, null, 1, List.of(), List.of(), null);
  }
}
