package io.stepwise.cluster;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.stepwise.sampling.ModelVersions.Canary;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotFile;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the messages tell of versions, as bytes. */
final class SnapshotCodecs {

  private static final int SHA256_BYTES = 32;

  /** A path and a size of a byte each, and what the path's length takes. */
  private static final int LEAST_FILE_BYTES = 3 + SHA256_BYTES;

  /** Fewest bytes that a snapshot takes: two texts, a number, an instant, a count. */
  static final int LEAST_SNAPSHOT_BYTES = 16;

  static final Codec<Snapshot> SNAPSHOT =
      new Codec<>(
          (out, snapshot) -> {
            Wire.writeText(out, snapshot.model());
            Wire.writeText(out, snapshot.digest());
            out.writeVarInt(snapshot.step(), true);
            Wire.writeInstant(out, snapshot.published());
            Wire.writeList(
                out, List.copyOf(snapshot.metrics().entrySet()), SnapshotCodecs::writeMetric);
          },
          in ->
              new Snapshot(
                  Wire.readText(in),
                  Wire.readText(in),
                  in.readVarInt(true),
                  Wire.readInstant(in),
                  metrics(Wire.readList(in, 9, SnapshotCodecs::readMetric))));

  private static final Codec<SnapshotFile> FILE =
      new Codec<>(
          (out, file) -> {
            Wire.writeText(out, file.path());
            out.writeVarLong(file.size(), true);
            out.writeBytes(HexFormat.of().parseHex(file.sha256()));
          },
          in -> {
            String path = Wire.readText(in);
            long size = in.readVarLong(true);
            Wire.requireBytes(in, SHA256_BYTES);
            return new SnapshotFile(
                path, size, HexFormat.of().formatHex(in.readBytes(SHA256_BYTES)));
          });

  private static final Codec<VersionDescriptor> VERSION =
      new Codec<>(
          (out, version) -> {
            SNAPSHOT.write(out, version.snapshot());
            Wire.writeList(out, version.files(), FILE::write);
          },
          in ->
              new VersionDescriptor(
                  SNAPSHOT.read(in), Wire.readList(in, LEAST_FILE_BYTES, FILE::read)));

  private static final Codec<Canary> CANARY =
      new Codec<>(
          (out, canary) -> {
            Wire.writeText(out, canary.digest());
            out.writeDouble(canary.share());
          },
          in -> new Canary(Wire.readText(in), in.readDouble()));

  private SnapshotCodecs() {}

  /** Adds the messages; the list only grows, at its end. */
  static void addTo(MessageCodecs codecs) {
    codecs.add(
        Holding.class,
        "ho1",
        (out, holding) -> {
          codecs.writeRef(out, holding.sender());
          Wire.writeList(out, holding.versions(), VERSION::write);
        },
        in ->
            new Holding(
                codecs.readRef(in), Wire.readList(in, LEAST_SNAPSHOT_BYTES + 1, VERSION::read)));
    codecs.add(
        Chosen.class,
        "ch1",
        (out, chosen) -> {
          Wire.writeText(out, chosen.current());
          Wire.writeOptional(out, chosen.canary(), CANARY::write);
          out.writeLong(chosen.since());
        },
        in -> new Chosen(Wire.readText(in), Wire.readOptional(in, CANARY::read), in.readLong()));
    codecs.add(
        SnapshotSender.GiveChunk.class,
        "gc1",
        (out, give) -> {
          codecs.writeRef(out, give.replyTo());
          out.writeLong(give.attempt());
          Wire.writeText(out, give.digest());
          Wire.writeText(out, give.path());
          out.writeVarLong(give.offset(), true);
          out.writeVarInt(give.length(), true);
        },
        in ->
            new SnapshotSender.GiveChunk(
                codecs.readRef(in),
                in.readLong(),
                Wire.readText(in),
                Wire.readText(in),
                in.readVarLong(true),
                in.readVarInt(true)));
    codecs.add(
        SnapshotPull.Chunk.class,
        "ck1",
        (out, chunk) -> {
          out.writeLong(chunk.attempt());
          out.writeVarLong(chunk.offset(), true);
          Wire.writeBytes(out, chunk.bytes());
        },
        in -> new SnapshotPull.Chunk(in.readLong(), in.readVarLong(true), Wire.readBytes(in)));
    codecs.add(
        SnapshotPull.NoChunk.class,
        "nc1",
        (out, none) -> {
          out.writeLong(none.attempt());
          Wire.writeText(out, none.reason());
        },
        in -> new SnapshotPull.NoChunk(in.readLong(), Wire.readText(in)));
    codecs.add(
        ModelHost.Want.class,
        "wa1",
        (out, want) -> {
          codecs.writeRef(out, want.placement());
          Wire.writeList(out, want.versions(), Wire::writeText);
        },
        in -> new ModelHost.Want(codecs.readRef(in), Wire.readList(in, 1, Wire::readText)));
    codecs.add(
        Placement.VersionRefused.class,
        "vr1",
        (out, refused) -> {
          Wire.writeText(out, refused.version());
          Wire.writeText(out, refused.reason());
        },
        in -> new Placement.VersionRefused(Wire.readText(in), Wire.readText(in)));
  }

  private static void writeMetric(Output out, Map.Entry<String, Double> metric) {
    Wire.writeText(out, metric.getKey());
    out.writeDouble(metric.getValue());
  }

  private static Map.Entry<String, Double> readMetric(Input in) {
    return Map.entry(Wire.readText(in), in.readDouble());
  }

  private static Map<String, Double> metrics(List<Map.Entry<String, Double>> entries) {
    Map<String, Double> metrics = new TreeMap<>();
    entries.forEach(metric -> metrics.put(metric.getKey(), metric.getValue()));
    return metrics;
  }
}
