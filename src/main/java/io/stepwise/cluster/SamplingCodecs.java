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
import io.stepwise.sampling.Previews;
import io.stepwise.sampling.Recipe;
import io.stepwise.sampling.RouterLoad;
import java.util.List;

/**
 * What the messages tell of images and models, as bytes. A change of any of them is a new version
 * of every message that holds it.
 */
final class SamplingCodecs {

  private static final List<ModelReadiness.State> STATES = List.of(ModelReadiness.State.values());
  private static final List<Previews.Kind> KINDS = List.of(Previews.Kind.values());

  static final Codec<ImageState> STATE =
      new Codec<>(
          (out, state) -> {
            out.writeVarInt(state.image(), true);
            out.writeVarInt(state.step(), true);
            Wire.writeFloats(out, state.x());
            Wire.writeFloats(out, state.history());
          },
          in ->
              new ImageState(
                  in.readVarInt(true),
                  in.readVarInt(true),
                  Wire.readFloats(in),
                  Wire.readFloats(in)));

  private static final Codec<ImageShape> SHAPE =
      new Codec<>(
          (out, shape) -> {
            out.writeVarInt(shape.channels(), true);
            out.writeVarInt(shape.height(), true);
            out.writeVarInt(shape.width(), true);
          },
          in -> new ImageShape(in.readVarInt(true), in.readVarInt(true), in.readVarInt(true)));

  private static final Codec<LogVarianceBounds> BOUNDS =
      new Codec<>(
          (out, bounds) -> {
            out.writeDouble(bounds.low());
            out.writeDouble(bounds.high());
          },
          in -> new LogVarianceBounds(in.readDouble(), in.readDouble()));

  private static final Codec<StepMatrix> MATRIX =
      new Codec<>(
          (out, matrix) -> {
            out.writeByte(matrix.history());
            for (int row = 0; row < matrix.rows(); row++) {
              for (double value : matrix.row(row)) {
                out.writeDouble(value);
              }
            }
          },
          in -> {
            int history = Wire.readChoice(in, 64);
            Wire.requireBytes(in, 8 * (1 + history) * (3 + history));
            double[][] rows = new double[1 + history][3 + history];
            for (double[] row : rows) {
              for (int column = 0; column < row.length; column++) {
                row[column] = in.readDouble();
              }
            }
            return StepMatrix.of(rows);
          });

  private static final Codec<StepRow> ROW =
      new Codec<>(
          (out, row) -> {
            out.writeDouble(row.timestep());
            out.writeDouble(row.inputScale());
            out.writeDouble(row.p());
            out.writeDouble(row.q());
            Wire.writeOptional(out, row.clip(), (to, clip) -> to.writeDouble(clip));
            MATRIX.write(out, row.m());
            out.writeDouble(row.v());
            Wire.writeOptional(out, row.logVarianceBounds(), BOUNDS::write);
          },
          in ->
              new StepRow(
                  in.readDouble(),
                  in.readDouble(),
                  in.readDouble(),
                  in.readDouble(),
                  Wire.readOptional(in, from -> from.readDouble()),
                  MATRIX.read(in),
                  in.readDouble(),
                  Wire.readOptional(in, BOUNDS::read)));

  private static final int LEAST_ROW_BYTES = 67;

  private static final Codec<StepPlan> PLAN =
      new Codec<>(
          (out, plan) -> {
            out.writeDouble(plan.initialScale());
            out.writeByte(plan.history());
            Wire.writeList(out, plan.rows(), ROW::write);
          },
          in ->
              new StepPlan(
                  in.readDouble(),
                  Wire.readChoice(in, 64),
                  Wire.readList(in, LEAST_ROW_BYTES, ROW::read)));

  private static final Codec<Recipe.Urgency> URGENCY =
      new Codec<>(
          (out, urgency) -> {
            Wire.writeText(out, urgency.client());
            out.writeLong(urgency.acceptedNanos());
            out.writeLong(urgency.deadlineNanos());
            out.writeInt(urgency.priority());
          },
          in -> new Recipe.Urgency(Wire.readText(in), in.readLong(), in.readLong(), in.readInt()));

  private static final Codec<Previews> PREVIEWS =
      new Codec<>(
          (out, previews) -> {
            out.writeVarInt(previews.every(), true);
            out.writeByte(KINDS.indexOf(previews.kind()));
          },
          in -> new Previews(in.readVarInt(true), KINDS.get(Wire.readChoice(in, KINDS.size()))));

  static final Codec<Recipe> RECIPE =
      new Codec<>(
          (out, recipe) -> {
            Wire.writeText(out, recipe.request());
            Wire.writeText(out, recipe.key().weights());
            Wire.writeText(out, recipe.key().shape());
            SHAPE.write(out, recipe.shape());
            SHAPE.write(out, recipe.imageShape());
            PLAN.write(out, recipe.plan());
            out.writeLong(recipe.seed());
            out.writeLong(recipe.label());
            out.writeDouble(recipe.guidance());
            URGENCY.write(out, recipe.urgency());
            Wire.writeOptional(out, recipe.previews(), PREVIEWS::write);
          },
          in ->
              new Recipe(
                  Wire.readText(in),
                  new BatchKey(Wire.readText(in), Wire.readText(in)),
                  SHAPE.read(in),
                  SHAPE.read(in),
                  PLAN.read(in),
                  in.readLong(),
                  in.readLong(),
                  in.readDouble(),
                  URGENCY.read(in),
                  Wire.readOptional(in, PREVIEWS::read)));

  private static final Codec<Fleet.Replica> REPLICA =
      new Codec<>(
          (out, replica) -> {
            out.writeVarInt(replica.slot(), true);
            out.writeByte(STATES.indexOf(replica.state()));
            Wire.writeText(out, replica.detail());
            out.writeLong(replica.restarts());
          },
          in ->
              new Fleet.Replica(
                  in.readVarInt(true),
                  STATES.get(Wire.readChoice(in, STATES.size())),
                  Wire.readText(in),
                  in.readLong()));

  static final Codec<Fleet.Model> MODEL =
      new Codec<>(
          (out, model) -> {
            Wire.writeText(out, model.name());
            Wire.writeText(out, model.snapshot());
            Wire.writeList(out, model.snapshots(), Wire::writeText);
            out.writeVarInt(model.waitingImages(), true);
            out.writeVarInt(model.inFlightImages(), true);
            out.writeVarInt(model.batchRows(), true);
            Wire.writeList(out, model.replicas(), REPLICA::write);
          },
          in ->
              new Fleet.Model(
                  Wire.readText(in),
                  Wire.readText(in),
                  Wire.readList(in, 1, Wire::readText),
                  in.readVarInt(true),
                  in.readVarInt(true),
                  in.readVarInt(true),
                  Wire.readList(in, 11, REPLICA::read)));

  static final Codec<RouterLoad> LOAD =
      new Codec<>(
          (out, load) -> {
            out.writeVarInt(load.readyReplicas(), true);
            out.writeLong(load.rowSteps());
            out.writeLong(load.rowNanos());
          },
          in -> new RouterLoad(in.readVarInt(true), in.readLong(), in.readLong()));

  private static final Codec<FleetEvent.Member> MEMBER =
      new Codec<>(
          (out, image) -> {
            Wire.writeText(out, image.generation());
            out.writeVarInt(image.index(), true);
            out.writeVarInt(image.step(), true);
            out.writeVarInt(image.of(), true);
          },
          in ->
              new FleetEvent.Member(
                  Wire.readText(in),
                  in.readVarInt(true),
                  in.readVarInt(true),
                  in.readVarInt(true)));

  static final Codec<HostedBatch> BATCH =
      new Codec<>(
          (out, batch) -> {
            out.writeVarInt(batch.slot(), true);
            Wire.writeText(out, batch.snapshot());
            out.writeVarLong(batch.batchId(), true);
            out.writeVarLong(batch.startedAgoNanos(), true);
            out.writeVarLong(batch.ranNanos(), true);
            out.writeVarInt(batch.rows(), true);
            Wire.writeList(out, batch.images(), MEMBER::write);
          },
          in ->
              new HostedBatch(
                  in.readVarInt(true),
                  Wire.readText(in),
                  in.readVarLong(true),
                  in.readVarLong(true),
                  in.readVarLong(true),
                  in.readVarInt(true),
                  Wire.readList(in, 4, MEMBER::read)));

  private SamplingCodecs() {}
}
