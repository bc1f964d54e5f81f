package io.stepwise.cluster;

import io.stepwise.batching.BatchKey;
import io.stepwise.diffusion.LogVarianceBounds;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.diffusion.StepRow;
import io.stepwise.network.ImageShape;
import io.stepwise.sampling.Fleet;
import io.stepwise.sampling.FleetEvent;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.ModelVersions;
import io.stepwise.sampling.Previews;
import io.stepwise.sampling.Recipe;
import io.stepwise.sampling.RouterLoad;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotFile;
import io.stepwise.training.LearningRate;
import io.stepwise.training.LearningRateSchedule;
import io.stepwise.training.PublishRule;
import io.stepwise.training.SampleGrid;
import io.stepwise.training.Trainer;
import io.stepwise.training.TrainingEvent;
import io.stepwise.training.TrainingOptions;
import io.stepwise.training.TrainingOrder;
import io.stepwise.training.TrainingReply;
import io.stepwise.training.TrainingSamples;
import io.stepwise.training.TrainingStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;

/** One message of each kind, with everything in it that can be; from a node that does not exist. */
final class SampleMessages {

  private static final String NODE = "pekko://stepwise@192.0.2.1:7355/user/";

  private static final Snapshot SNAPSHOT =
      new Snapshot(
          "toy",
          "weights",
          4000,
          Instant.ofEpochSecond(1_700_000_000, 123_456_789),
          Map.of("loss", 0.5, "validation_loss", 0.25));

  private static final SnapshotFile FILE =
      new SnapshotFile("unet/config.json", 1L << 33, "0123456789abcdef".repeat(4));

  private static final TrainingOrder ORDER =
      new TrainingOrder(
          "toy",
          null,
          2.5,
          64,
          2,
          new LearningRate(1e-4, LearningRateSchedule.COSINE, 100, 1, 1),
          new TrainingOptions.Validation(256, 100),
          new PublishRule(500, Duration.ofMinutes(2), true),
          -7,
          false);

  private static final TrainingStatus STATUS =
      new TrainingStatus(
          TrainingStatus.State.PAUSED,
          "toy",
          4000,
          9000,
          new TrainingStatus.Figures(0.5, 0.375, 0.25, null, 1e-4, 12.5),
          0.75,
          List.of(new TrainingStatus.Point(1, 0.5, null), new TrainingStatus.Point(2, 0.25, 0.5)),
          List.of(SNAPSHOT),
          "the disk is full");

  private SampleMessages() {}

  static List<Object> all(ActorRefResolver refs) {
    ActorRef<Placement.News> placement = refs.resolveActorRef(NODE + "placement#11");
    ActorRef<ModelHost.Order> host = refs.resolveActorRef(NODE + "host#12");
    ActorRef<SnapshotPull.News> pull = refs.resolveActorRef(NODE + "pull#13");
    ActorRef<SnapshotSender.Order> sender = refs.resolveActorRef(NODE + "sender#14");
    ActorRef<TrainingReply> replies = refs.resolveActorRef(NODE + "replies#15");
    ActorRef<TrainingEvent> watcher = refs.resolveActorRef(NODE + "watcher#16");
    ImageState state =
        new ImageState(2, 300, new float[] {1, -0.5f, Float.MIN_VALUE}, new float[] {3e38f});
    return List.of(
        new ModelHost.Attend(placement),
        new ModelHost.Make(placement, 1L << 40, true, recipe(), List.of(state, state)),
        new ModelHost.Withdraw(placement, 7),
        new ModelHost.Decode(placement, 9, "weights", new float[] {1, 2}),
        new Placement.Load(host, true, model(), new RouterLoad(2, 12_345, 678), List.of(3L, 4L)),
        new Placement.Admitted(7, Duration.ofMillis(90)),
        new Placement.TurnedAway(7, "zu spät", Duration.ofSeconds(3)),
        new Placement.StepTaken(7, 2, 130, 1_000_000, new float[] {0.25f}),
        new Placement.StateReported(7, state),
        new Placement.Sampled(7, state),
        new Placement.ImageLost(7, 2, "tried 3 times in vain"),
        new Placement.HandedBack(7, state),
        new Placement.Decoded(9, new float[] {0.5f, 0.125f}),
        new Placement.NotDecoded(9, "lost"),
        new ModelHost.WatchBatches(placement),
        new Placement.BatchesFinished(host, 300, List.of(batch())),
        new ModelHost.Want(placement, List.of("weights", "older")),
        new Placement.VersionRefused("weights", "the disk is full"),
        new SnapshotSender.GiveChunk(pull, 3, "weights", "unet/config.json", 1L << 33, 4096),
        new SnapshotPull.Chunk(3, 1L << 33, new byte[] {1, -1, 127}),
        new SnapshotPull.NoChunk(3, "no such file"),
        new Holding(sender, List.of(new VersionDescriptor(SNAPSHOT, List.of(FILE, FILE)))),
        new Chosen("weights", new ModelVersions.Canary("newer", 0.25), 1_700_000_000_000L),
        new Trainer.Start(ORDER, replies),
        new Trainer.Pause(replies),
        new Trainer.Resume(replies),
        new Trainer.Stop(replies),
        new Trainer.Tell(refs.resolveActorRef(NODE + "teller#15")),
        new Trainer.Watch(watcher),
        new Trainer.Unwatch(watcher),
        new TrainingReply.Accepted(STATUS),
        new TrainingReply.Refused(TrainingReply.Reason.INVALID, "steps", "steps: 0"),
        STATUS,
        new TrainingSamples(
            SNAPSHOT, List.of("bag"), new SampleGrid(new byte[] {9, 8}, 28, 56, 1)));
  }

  private static Recipe recipe() {
    StepMatrix matrix = StepMatrix.of(new double[] {0.5, 0.1, 0.3, 0.1}, new double[] {0, 0, 1, 0});
    List<StepRow> rows =
        List.of(
            new StepRow(999, 0.9, 1, -0.5, 1.0, matrix, 0.2, new LogVarianceBounds(-9, -2)),
            new StepRow(0.5, 1, 1, -0.25, null, matrix, 0, null));
    return new Recipe(
        "request",
        new BatchKey("weights", "4x2x3"),
        new ImageShape(4, 2, 3),
        new ImageShape(3, 16, 24),
        new StepPlan(2, 1, rows),
        -8,
        3,
        1.5,
        new Recipe.Urgency("client", -200, 600_000, -4),
        new Previews(5, Previews.Kind.NOISY));
  }

  private static HostedBatch batch() {
    return new HostedBatch(
        3,
        "weights",
        1L << 40,
        1_500_000_000,
        90_000_000,
        17,
        List.of(
            new FleetEvent.Member("request", 2, 130, 1000),
            new FleetEvent.Member("other", 0, 1, 1)));
  }

  private static Fleet.Model model() {
    return new Fleet.Model(
        "toy",
        "weights",
        List.of("weights", "older"),
        3,
        200,
        16,
        List.of(new Fleet.Replica(1, ModelReadiness.State.RESTARTING, "out of memory", 5)));
  }
}
