package io.stepwise.cluster;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;

/**
 * Every message that goes over the wire: its class, its name there, and how it is written.
 *
 * <p>The list only grows, at its end. A name ends in the version of what is written; one that nodes
 * still send is never given another meaning.
 */
final class MessageCodecs {

  /**
   * One message.
   *
   * @param manifest its name and version on the wire
   */
  record Entry<T>(Class<T> type, String manifest, Codec<T> codec) {}

  private final ActorRefResolver refs;
  private final List<Entry<?>> entries = new ArrayList<>();

  /** Makes the list for one node, whose references to actors it resolves. */
  MessageCodecs(ActorRefResolver refs) {
    this.refs = refs;
    addOrders();
    addNews();
    addBatches();
    SnapshotCodecs.addTo(this);
    TrainingCodecs.addTo(this);
  }

  List<Entry<?>> entries() {
    return entries;
  }

  private void addOrders() {
    add(
        ModelHost.Attend.class,
        "at1",
        (out, attend) -> writeRef(out, attend.placement()),
        in -> new ModelHost.Attend(readRef(in)));
    add(
        ModelHost.Make.class,
        "mk1",
        (out, make) -> {
          writeRef(out, make.placement());
          out.writeLong(make.number());
          out.writeBoolean(make.accepted());
          SamplingCodecs.RECIPE.write(out, make.recipe());
          Wire.writeList(out, make.states(), SamplingCodecs.STATE::write);
        },
        in ->
            new ModelHost.Make(
                readRef(in),
                in.readLong(),
                Wire.readFlag(in),
                SamplingCodecs.RECIPE.read(in),
                Wire.readList(in, 4, SamplingCodecs.STATE::read)));
    add(
        ModelHost.Withdraw.class,
        "wd1",
        (out, withdraw) -> {
          writeRef(out, withdraw.placement());
          out.writeLong(withdraw.number());
        },
        in -> new ModelHost.Withdraw(readRef(in), in.readLong()));
    add(
        ModelHost.Decode.class,
        "dc1",
        (out, decode) -> {
          writeRef(out, decode.placement());
          out.writeLong(decode.id());
          Wire.writeText(out, decode.weights());
          Wire.writeFloats(out, decode.state());
        },
        in ->
            new ModelHost.Decode(
                readRef(in), in.readLong(), Wire.readText(in), Wire.readFloats(in)));
  }

  private void addNews() {
    add(
        Placement.Load.class,
        "ld1",
        (out, load) -> {
          writeRef(out, load.host());
          out.writeBoolean(load.leaving());
          SamplingCodecs.MODEL.write(out, load.model());
          SamplingCodecs.LOAD.write(out, load.load());
          Wire.writeList(out, load.numbers(), (to, number) -> to.writeLong(number));
        },
        in ->
            new Placement.Load(
                readRef(in),
                Wire.readFlag(in),
                SamplingCodecs.MODEL.read(in),
                SamplingCodecs.LOAD.read(in),
                Wire.readList(in, 8, from -> from.readLong())));
    add(
        Placement.Admitted.class,
        "ad1",
        (out, admitted) -> {
          out.writeLong(admitted.number());
          Wire.writeOptional(out, admitted.predicted(), Wire::writeDuration);
        },
        in -> new Placement.Admitted(in.readLong(), Wire.readOptional(in, Wire::readDuration)));
    add(
        Placement.TurnedAway.class,
        "ta1",
        (out, turned) -> {
          out.writeLong(turned.number());
          Wire.writeText(out, turned.message());
          Wire.writeDuration(out, turned.retryAfter());
        },
        in -> new Placement.TurnedAway(in.readLong(), Wire.readText(in), Wire.readDuration(in)));
    add(
        Placement.StepTaken.class,
        "st1",
        (out, taken) -> {
          out.writeLong(taken.number());
          out.writeVarInt(taken.image(), true);
          out.writeVarInt(taken.step(), true);
          out.writeVarLong(taken.sentAgoNanos(), true);
          Wire.writeOptional(out, taken.preview(), Wire::writeFloats);
        },
        in ->
            new Placement.StepTaken(
                in.readLong(),
                in.readVarInt(true),
                in.readVarInt(true),
                in.readVarLong(true),
                Wire.readOptional(in, Wire::readFloats)));
    add(
        Placement.StateReported.class,
        "sr1",
        (out, reported) -> writeState(out, reported.number(), reported.state()),
        in -> new Placement.StateReported(in.readLong(), SamplingCodecs.STATE.read(in)));
    add(
        Placement.Sampled.class,
        "sa1",
        (out, sampled) -> writeState(out, sampled.number(), sampled.state()),
        in -> new Placement.Sampled(in.readLong(), SamplingCodecs.STATE.read(in)));
    add(
        Placement.ImageLost.class,
        "il1",
        (out, lost) -> {
          out.writeLong(lost.number());
          out.writeVarInt(lost.image(), true);
          Wire.writeText(out, lost.reason());
        },
        in -> new Placement.ImageLost(in.readLong(), in.readVarInt(true), Wire.readText(in)));
    add(
        Placement.HandedBack.class,
        "hb1",
        (out, handed) -> writeState(out, handed.number(), handed.state()),
        in -> new Placement.HandedBack(in.readLong(), SamplingCodecs.STATE.read(in)));
    add(
        Placement.Decoded.class,
        "de1",
        (out, done) -> {
          out.writeLong(done.id());
          Wire.writeFloats(out, done.image());
        },
        in -> new Placement.Decoded(in.readLong(), Wire.readFloats(in)));
    add(
        Placement.NotDecoded.class,
        "nd1",
        (out, lost) -> {
          out.writeLong(lost.id());
          Wire.writeText(out, lost.reason());
        },
        in -> new Placement.NotDecoded(in.readLong(), Wire.readText(in)));
  }

  private void addBatches() {
    add(
        ModelHost.WatchBatches.class,
        "wb1",
        (out, watch) -> writeRef(out, watch.placement()),
        in -> new ModelHost.WatchBatches(readRef(in)));
    add(
        Placement.BatchesFinished.class,
        "bf1",
        (out, told) -> {
          writeRef(out, told.host());
          out.writeVarLong(told.dropped(), true);
          Wire.writeList(out, told.batches(), SamplingCodecs.BATCH::write);
        },
        in ->
            new Placement.BatchesFinished(
                readRef(in),
                in.readVarLong(true),
                Wire.readList(in, 7, SamplingCodecs.BATCH::read)));
  }

  <T> void add(
      Class<T> type, String manifest, BiConsumer<Output, T> writer, Function<Input, T> reader) {
    entries.add(new Entry<>(type, manifest, new Codec<>(writer, reader)));
  }

  void writeRef(Output out, ActorRef<?> ref) {
    Wire.writeText(out, refs.toSerializationFormat(ref));
  }

  <T> ActorRef<T> readRef(Input in) {
    return refs.resolveActorRef(Wire.readText(in));
  }

  private static void writeState(Output out, long number, ImageState state) {
    out.writeLong(number);
    SamplingCodecs.STATE.write(out, state);
  }
}
