package io.stepwise.cluster;

import io.stepwise.training.LearningRate;
import io.stepwise.training.LearningRateSchedule;
import io.stepwise.training.PublishRule;
import io.stepwise.training.SampleGrid;
import io.stepwise.training.Trainer;
import io.stepwise.training.TrainingOptions;
import io.stepwise.training.TrainingOrder;
import io.stepwise.training.TrainingReply;
import io.stepwise.training.TrainingSamples;
import io.stepwise.training.TrainingStatus;
import java.util.List;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/** What gateways and the trainer tell each other, as bytes. */
final class TrainingCodecs {

  private static final List<LearningRateSchedule> SCHEDULES =
      List.of(LearningRateSchedule.values());
  private static final List<TrainingStatus.State> STATES = List.of(TrainingStatus.State.values());
  private static final List<TrainingReply.Reason> REASONS = List.of(TrainingReply.Reason.values());

  private static final Codec<LearningRate> RATE =
      new Codec<>(
          (out, rate) -> {
            out.writeDouble(rate.peak());
            out.writeByte(SCHEDULES.indexOf(rate.schedule()));
            out.writeVarInt(rate.warmUpSteps(), true);
            out.writeVarInt(rate.cycles(), true);
            out.writeDouble(rate.power());
          },
          in ->
              new LearningRate(
                  in.readDouble(),
                  SCHEDULES.get(Wire.readChoice(in, SCHEDULES.size())),
                  in.readVarInt(true),
                  in.readVarInt(true),
                  in.readDouble()));

  private static final Codec<PublishRule> RULE =
      new Codec<>(
          (out, rule) -> {
            Wire.writeOptional(out, rule.everySteps(), (to, steps) -> to.writeVarInt(steps, true));
            Wire.writeOptional(out, rule.every(), Wire::writeDuration);
            out.writeBoolean(rule.whenImproved());
          },
          in ->
              new PublishRule(
                  Wire.readOptional(in, from -> from.readVarInt(true)),
                  Wire.readOptional(in, Wire::readDuration),
                  Wire.readFlag(in)));

  private static final Codec<TrainingOrder> ORDER =
      new Codec<>(
          (out, order) -> {
            Wire.writeOptional(out, order.model(), Wire::writeText);
            Wire.writeOptional(out, order.steps(), (to, steps) -> to.writeVarInt(steps, true));
            Wire.writeOptional(out, order.epochs(), (to, epochs) -> to.writeDouble(epochs));
            out.writeVarInt(order.batchSize(), true);
            out.writeVarInt(order.accumulate(), true);
            RATE.write(out, order.learningRate());
            out.writeVarInt(order.validation().images(), true);
            out.writeVarInt(order.validation().everySteps(), true);
            RULE.write(out, order.publish());
            out.writeLong(order.seed());
            out.writeBoolean(order.resume());
          },
          in ->
              new TrainingOrder(
                  Wire.readOptional(in, Wire::readText),
                  Wire.readOptional(in, from -> from.readVarInt(true)),
                  Wire.readOptional(in, from -> from.readDouble()),
                  in.readVarInt(true),
                  in.readVarInt(true),
                  RATE.read(in),
                  new TrainingOptions.Validation(in.readVarInt(true), in.readVarInt(true)),
                  RULE.read(in),
                  in.readLong(),
                  Wire.readFlag(in)));

  private static final Codec<TrainingStatus.Figures> FIGURES =
      new Codec<>(
          (out, figures) -> {
            out.writeDouble(figures.loss());
            out.writeDouble(figures.smoothedLoss());
            Wire.writeOptional(out, figures.validationLoss(), (to, loss) -> to.writeDouble(loss));
            Wire.writeOptional(
                out, figures.bestValidationLoss(), (to, loss) -> to.writeDouble(loss));
            out.writeDouble(figures.learningRate());
            Wire.writeOptional(out, figures.imagesPerSecond(), (to, rate) -> to.writeDouble(rate));
          },
          in ->
              new TrainingStatus.Figures(
                  in.readDouble(),
                  in.readDouble(),
                  Wire.readOptional(in, from -> from.readDouble()),
                  Wire.readOptional(in, from -> from.readDouble()),
                  in.readDouble(),
                  Wire.readOptional(in, from -> from.readDouble())));

  private static final Codec<TrainingStatus.Point> POINT =
      new Codec<>(
          (out, point) -> {
            out.writeVarInt(point.step(), true);
            out.writeDouble(point.loss());
            Wire.writeOptional(out, point.validationLoss(), (to, loss) -> to.writeDouble(loss));
          },
          in ->
              new TrainingStatus.Point(
                  in.readVarInt(true),
                  in.readDouble(),
                  Wire.readOptional(in, from -> from.readDouble())));

  private static final int LEAST_POINT_BYTES = 10;

  private static final Codec<TrainingStatus> STATUS =
      new Codec<>(
          (out, status) -> {
            out.writeByte(STATES.indexOf(status.state()));
            Wire.writeOptional(out, status.model(), Wire::writeText);
            out.writeVarInt(status.step(), true);
            out.writeVarInt(status.of(), true);
            Wire.writeOptional(out, status.figures(), FIGURES::write);
            out.writeDouble(status.share());
            Wire.writeList(out, status.curve(), POINT::write);
            Wire.writeList(out, status.published(), SnapshotCodecs.SNAPSHOT::write);
            Wire.writeOptional(out, status.error(), Wire::writeText);
          },
          in ->
              new TrainingStatus(
                  STATES.get(Wire.readChoice(in, STATES.size())),
                  Wire.readOptional(in, Wire::readText),
                  in.readVarInt(true),
                  in.readVarInt(true),
                  Wire.readOptional(in, FIGURES::read),
                  in.readDouble(),
                  Wire.readList(in, LEAST_POINT_BYTES, POINT::read),
                  Wire.readList(
                      in, SnapshotCodecs.LEAST_SNAPSHOT_BYTES, SnapshotCodecs.SNAPSHOT::read),
                  Wire.readOptional(in, Wire::readText)));

  private TrainingCodecs() {}

  /** Adds the messages; the list only grows, at its end. */
  static void addTo(MessageCodecs codecs) {
    codecs.add(
        Trainer.Start.class,
        "ts1",
        (out, start) -> {
          ORDER.write(out, start.order());
          codecs.writeRef(out, start.replyTo());
        },
        in -> new Trainer.Start(ORDER.read(in), codecs.readRef(in)));
    addRef(codecs, Trainer.Pause.class, "tp1", Trainer.Pause::replyTo, Trainer.Pause::new);
    addRef(codecs, Trainer.Resume.class, "tr1", Trainer.Resume::replyTo, Trainer.Resume::new);
    addRef(codecs, Trainer.Stop.class, "te1", Trainer.Stop::replyTo, Trainer.Stop::new);
    addRef(codecs, Trainer.Tell.class, "tt1", Trainer.Tell::replyTo, Trainer.Tell::new);
    addRef(codecs, Trainer.Watch.class, "tw1", Trainer.Watch::watcher, Trainer.Watch::new);
    addRef(codecs, Trainer.Unwatch.class, "tu1", Trainer.Unwatch::watcher, Trainer.Unwatch::new);
    codecs.add(
        TrainingReply.Accepted.class,
        "ra1",
        (out, accepted) -> STATUS.write(out, accepted.status()),
        in -> new TrainingReply.Accepted(STATUS.read(in)));
    codecs.add(
        TrainingReply.Refused.class,
        "rr1",
        (out, refused) -> {
          out.writeByte(REASONS.indexOf(refused.reason()));
          Wire.writeOptional(out, refused.field(), Wire::writeText);
          Wire.writeText(out, refused.message());
        },
        in ->
            new TrainingReply.Refused(
                REASONS.get(Wire.readChoice(in, REASONS.size())),
                Wire.readOptional(in, Wire::readText),
                Wire.readText(in)));
    codecs.add(TrainingStatus.class, "tn1", STATUS::write, STATUS::read);
    codecs.add(
        TrainingSamples.class,
        "tm1",
        (out, samples) -> {
          SnapshotCodecs.SNAPSHOT.write(out, samples.snapshot());
          Wire.writeList(out, samples.labels(), Wire::writeText);
          SampleGrid grid = samples.grid();
          Wire.writeBytes(out, grid.png());
          out.writeVarInt(grid.width(), true);
          out.writeVarInt(grid.height(), true);
          out.writeVarInt(grid.channels(), true);
        },
        in ->
            new TrainingSamples(
                SnapshotCodecs.SNAPSHOT.read(in),
                Wire.readList(in, 1, Wire::readText),
                new SampleGrid(
                    Wire.readBytes(in),
                    in.readVarInt(true),
                    in.readVarInt(true),
                    in.readVarInt(true))));
  }

  /** Adds a message that holds nothing but whom it comes from. */
  private static <T, R> void addRef(
      MessageCodecs codecs,
      Class<T> type,
      String manifest,
      Function<T, ActorRef<R>> from,
      Function<ActorRef<R>, T> message) {
    codecs.add(
        type,
        manifest,
        (out, value) -> codecs.writeRef(out, from.apply(value)),
        in -> message.apply(codecs.readRef(in)));
  }
}
