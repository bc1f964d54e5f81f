package io.stepwise.batching;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;

/**
 * How much service each member of a group has had, so that whoever has had the least can go next.
 *
 * <p>This is start-time fair queueing (Goyal, Vin and Cheng 1996) with equal weights. Members who
 * wait are never left behind by the clock, which is at the least service that any of them has had.
 * A member who begins to wait is moved up to the clock: what was not asked for in the past is no
 * credit. One who had more than that keeps his debt, absent or not, until the clock has caught up.
 *
 * <p>Not thread safe.
 *
 * @param <K> names the members
 */
final class FairShares<K> {

  /** A member's account. */
  static final class Share<K> {

    private final K name;
    private final long number;
    private long served;
    private int waiting;

    private Share(K name, long number) {
      this.name = name;
      this.number = number;
    }

    /** Returns the service that the member has had or has let pass. */
    long served() {
      return served;
    }
  }

  private final Map<K, Share<K>> shares = new HashMap<>();
  private final NavigableSet<Share<K>> waiting = newOrder();
  private final NavigableSet<Share<K>> absent = newOrder();
  private long clock;
  private long most;
  private long numbers;

  /** More of a member's images wait. Returns the member's account while any of them waits. */
  Share<K> enter(K name, int images) {
    Share<K> share = shares.computeIfAbsent(name, k -> new Share<>(k, numbers++));
    if (share.waiting == 0) {
      absent.remove(share);
      share.served = Math.max(share.served, clock);
      waiting.add(share);
    }
    share.waiting += images;
    return share;
  }

  /** Some of a member's images wait no more. */
  void leave(K name, int images) {
    Share<K> share = of(name);
    share.waiting -= images;
    if (share.waiting == 0) {
      waiting.remove(share);
      absent.add(share);
    }
  }

  /** Notes the service that a waiting member is given. */
  void charge(K name, long service) {
    Share<K> share = of(name);
    waiting.remove(share);
    share.served += service;
    waiting.add(share);
    most = Math.max(most, share.served);
  }

  /** Moves the clock on and forgets the absent whom it has reached. */
  void settle() {
    clock = Math.max(clock, waiting.isEmpty() ? most : waiting.first().served);
    while (!absent.isEmpty() && absent.first().served <= clock) {
      Share<K> settled = absent.first();
      absent.remove(settled);
      shares.remove(settled.name);
    }
  }

  /** Returns the account of a member who waits. */
  Share<K> of(K name) {
    return Objects.requireNonNull(shares.get(name), "a member who waits");
  }

  /** Returns how many members are remembered. */
  int size() {
    return shares.size();
  }

  private static <K> NavigableSet<Share<K>> newOrder() {
    return new TreeSet<>(
        Comparator.<Share<K>>comparingLong(share -> share.served)
            .thenComparingLong(share -> share.number));
  }
}
