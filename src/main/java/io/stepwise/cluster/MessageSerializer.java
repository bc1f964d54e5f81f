package io.stepwise.cluster;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.ByteBufferInput;
import com.esotericsoftware.kryo.io.ByteBufferOutput;
import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import com.esotericsoftware.kryo.util.Pool;
import java.io.NotSerializableException;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.ByteBufferSerializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.jspecify.annotations.Nullable;

/**
 * Writes the {@link Message}s between nodes with Kryo, by codecs of our own.
 *
 * <p>Only the classes of {@link MessageCodecs} are known, each by its manifest, which holds its
 * version: nothing in the bytes names a class. Whatever is wrong with bytes is a {@link
 * NotSerializableException}, which costs the message and nothing else. A message that does not fit
 * its frame is a {@link BufferOverflowException}, which is what the transport reports as too large.
 */
final class MessageSerializer extends SerializerWithStringManifest implements ByteBufferSerializer {

  private static final int IDENTIFIER = 7201;

  /** Kryo's ids of registered classes begin with those of its own primitives. */
  private static final int FIRST_ID = 16;

  private static final int LEAST_BYTES = 1 << 12;
  private static final int MOST_BYTES = 1 << 28;

  private final ExtendedActorSystem system;
  private volatile @Nullable Formats formats;

  /** What is known of every message, by its class and by its manifest. */
  private record Formats(
      Map<Class<?>, String> manifests, Map<String, Class<?>> types, Pool<Kryo> kryos) {}

  /** Makes the serializer of a node; Pekko does, by its name in the configuration. */
  MessageSerializer(ExtendedActorSystem system) {
    this.system = system;
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    String manifest = formats().manifests().get(message.getClass());
    if (manifest == null) {
      throw new IllegalArgumentException(
          "message: " + message.getClass().getName() + " (expected: one with a manifest)");
    }
    return manifest;
  }

  @Override
  public byte[] toBinary(Object message) {
    for (int bytes = LEAST_BYTES; ; bytes *= 2) {
      ByteBuffer buffer = ByteBuffer.allocate(bytes);
      try {
        toBinary(message, buffer);
        return Arrays.copyOf(buffer.array(), buffer.position());
      } catch (BufferOverflowException e) {
        if (bytes >= MOST_BYTES) {
          throw e;
        }
      }
    }
  }

  @Override
  public void toBinary(Object message, ByteBuffer buffer) {
    Pool<Kryo> kryos = formats().kryos();
    Kryo kryo = kryos.obtain();
    ByteBufferOutput out = new ByteBufferOutput(buffer);
    try {
      kryo.writeObject(out, message);
      buffer.position(out.position());
    } catch (KryoBufferOverflowException e) {
      BufferOverflowException overflow = new BufferOverflowException();
      overflow.initCause(e);
      throw overflow;
    } finally {
      kryos.free(kryo);
    }
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    return fromBinary(ByteBuffer.wrap(bytes), manifest);
  }

  @Override
  public Object fromBinary(ByteBuffer buffer, String manifest) throws NotSerializableException {
    Class<?> type = formats().types().get(manifest);
    if (type == null) {
      String known = String.join(", ", formats().types().keySet());
      throw new NotSerializableException(
          "manifest: " + manifest + " (expected: one of " + known + ")");
    }
    Pool<Kryo> kryos = formats().kryos();
    Kryo kryo = kryos.obtain();
    ByteBufferInput in = new ByteBufferInput(buffer);
    try {
      Object message = kryo.readObject(in, type);
      if (Wire.remaining(in) > 0) {
        throw new KryoException(
            "bytes: " + Wire.remaining(in) + " more (expected: the end of the message)");
      }
      return message;
    } catch (KryoException | IllegalArgumentException | BufferUnderflowException e) {
      NotSerializableException failure =
          new NotSerializableException(manifest + ": " + e.getMessage());
      failure.initCause(e);
      throw failure;
    } finally {
      kryos.free(kryo);
    }
  }

  /**
   * Returns what is known of messages. It is put together when it is first needed, since references
   * to actors cannot be resolved while the system starts its serializers.
   */
  private Formats formats() {
    Formats known = formats;
    if (known == null) {
      known = newFormats(new MessageCodecs(ActorRefResolver.get(Adapter.toTyped(system))));
      formats = known;
    }
    return known;
  }

  private static Formats newFormats(MessageCodecs codecs) {
    Map<Class<?>, String> manifests = new HashMap<>();
    Map<String, Class<?>> types = new HashMap<>();
    for (MessageCodecs.Entry<?> entry : codecs.entries()) {
      manifests.put(entry.type(), entry.manifest());
      types.put(entry.manifest(), entry.type());
    }
    Pool<Kryo> kryos =
        new Pool<>(true, false, Runtime.getRuntime().availableProcessors()) {
          @Override
          protected Kryo create() {
            return newKryo(codecs);
          }
        };
    return new Formats(Map.copyOf(manifests), Map.copyOf(types), kryos);
  }

  private static Kryo newKryo(MessageCodecs codecs) {
    Kryo kryo = new Kryo();
    kryo.setRegistrationRequired(true);
    kryo.setReferences(false);
    int id = FIRST_ID;
    for (MessageCodecs.Entry<?> entry : codecs.entries()) {
      kryo.register(entry.type(), entry.codec(), id++);
    }
    return kryo;
  }
}
