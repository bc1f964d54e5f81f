package io.stepwise.bench;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.remote.artery.RemoteInstrument;

/**
 * Counts what the nodes of this process send, at the transport: whole frames, each with its
 * envelope and its length. One cluster at a time is counted.
 */
final class WireMeter extends RemoteInstrument {

  /** What all messages are called that are not Stepwise's own. */
  static final String OTHERS = "others";

  private static final ConcurrentMap<String, LongAdder> BYTES = new ConcurrentHashMap<>();
  private static final String OWN = "io.stepwise.";
  private static final int LENGTH_BYTES = 4;

  /** Made by the transport, once for each connection. */
  WireMeter() {}

  /** Returns the bytes that were sent so far, by the message's name. */
  static Map<String, Long> bytes() {
    Map<String, Long> bytes = new TreeMap<>();
    BYTES.forEach((name, sum) -> bytes.put(name, sum.sum()));
    return bytes;
  }

  @Override
  public byte identifier() {
    return 31;
  }

  @Override
  public void remoteMessageSent(
      ActorRef recipient, Object message, ActorRef sender, int size, long time) {
    Class<?> type = message.getClass();
    String name = type.getName().startsWith(OWN) ? type.getSimpleName() : OTHERS;
    BYTES.computeIfAbsent(name, key -> new LongAdder()).add(size + LENGTH_BYTES);
  }

  @Override
  public void remoteMessageReceived(
      ActorRef recipient, Object message, ActorRef sender, int size, long time) {}

  @Override
  public void remoteWriteMetadata(
      ActorRef recipient, Object message, ActorRef sender, ByteBuffer buffer) {}

  @Override
  public void remoteReadMetadata(
      ActorRef recipient, Object message, ActorRef sender, ByteBuffer buffer) {}
}
