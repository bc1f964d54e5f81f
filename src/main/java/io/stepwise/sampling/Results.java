package io.stepwise.sampling;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends of generations that may be asked for later: of detached ones, and of those with an
 * idempotency key that made images. The oldest are dropped, for their age or for want of room. Not
 * thread safe.
 */
final class Results {

  /** What an entry takes beside its images, about. */
  private static final int ENTRY_BYTES = 2048;

  /**
   * The end of a generation.
   *
   * @param request what was asked for
   */
  record Kept(GenerationRequest request, Ending ending, long bytes, long endedNanos) {}

  private record Name(String owner, String id) {

    static Name of(GenerationRequest request) {
      return new Name(request.client().owner(), request.id());
    }
  }

  private final long retentionNanos;
  private final long maxBytes;
  private final Map<Name, Kept> byName = new LinkedHashMap<>();
  private final Map<IdempotencyKey, Kept> byKey = new HashMap<>();
  private long bytes;

  /**
   * Keeps nothing yet.
   *
   * @param maxBytes most that all ends take together
   */
  Results(Duration retention, long maxBytes) {
    this.retentionNanos = retention.toNanos();
    this.maxBytes = maxBytes;
  }

  /** Keeps an end if it may be asked for later and there is room for it at all. */
  void add(GenerationRequest request, Ending ending, long nowNanos) {
    boolean hasImages = ending.result() instanceof GenerationResult.Completed;
    Optional<IdempotencyKey> key = IdempotencyKey.of(request).filter(unused -> hasImages);
    Kept kept = new Kept(request, ending, bytes(ending.result()), nowNanos);
    if ((!request.detached() && key.isEmpty()) || kept.bytes() > maxBytes) {
      return;
    }
    drop(byName.get(Name.of(request)));
    byName.put(Name.of(request), kept);
    key.ifPresent(bound -> drop(byKey.put(bound, kept)));
    bytes += kept.bytes();
    dropOldest(nowNanos);
  }

  /** Returns how a generation of the client's owner ended. */
  Optional<Kept> find(Client client, String id, long nowNanos) {
    dropOldest(nowNanos);
    return Optional.ofNullable(byName.get(new Name(client.owner(), id)));
  }

  /** Returns how the generation of a key ended. */
  Optional<Kept> find(IdempotencyKey key, long nowNanos) {
    dropOldest(nowNanos);
    return Optional.ofNullable(byKey.get(key));
  }

  /** Returns what all that is kept takes, about. */
  long bytes() {
    return bytes;
  }

  private void dropOldest(long nowNanos) {
    Iterator<Kept> oldest = byName.values().iterator();
    while (oldest.hasNext()) {
      Kept kept = oldest.next();
      if (bytes <= maxBytes && nowNanos - kept.endedNanos() < retentionNanos) {
        return;
      }
      oldest.remove();
      forget(kept);
    }
  }

  private void drop(@Nullable Kept kept) {
    if (kept != null && byName.remove(Name.of(kept.request()), kept)) {
      forget(kept);
    }
  }

  private void forget(Kept kept) {
    bytes -= kept.bytes();
    IdempotencyKey.of(kept.request()).ifPresent(key -> byKey.remove(key, kept));
  }

  private static long bytes(GenerationResult result) {
    long bytes = ENTRY_BYTES;
    if (result instanceof GenerationResult.Completed completed) {
      for (GeneratedImage image : completed.images()) {
        bytes += ENTRY_BYTES + image.png().length;
      }
      bytes += (long) ENTRY_BYTES * completed.failures().size();
    }
    return bytes;
  }
}
