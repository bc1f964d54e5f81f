package io.stepwise.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Classic dynamic batching, for comparison only: images of one key and of equally many steps that
 * arrive within a delay are put together, up to the size of a batch, and run to their end as one
 * group, which nobody joins. Each replica has a group of its own; the groups begin in the order of
 * their oldest image, without regard to clients, priorities or deadlines.
 */
public final class RequestPlanner<T extends WaitingImage> implements Planner<T> {

  /** The name of this way to make batches in settings, where policies have theirs. */
  public static final String NAME = "request";

  private record GroupKey(BatchKey key, int remainingSteps) {}

  private record Name(String request, int image) {

    static Name of(WaitingImage image) {
      return new Name(image.request(), image.image());
    }
  }

  private record Arrival<T>(T image, long nanos) {}

  /** Those who run on a replica, and of them those whose step is done. */
  private record Group<T>(Set<Name> members, List<T> waiting) {}

  private final long delayNanos;
  private final Map<GroupKey, Deque<Arrival<T>>> arrivals = new LinkedHashMap<>();
  private final Map<Integer, Group<T>> groups = new HashMap<>();
  private final Map<Name, Integer> slots = new HashMap<>();
  private final Set<Name> names = new HashSet<>();

  /** Waits so long for a group to become full. */
  public RequestPlanner(long delayNanos) {
    this.delayNanos = delayNanos;
  }

  @Override
  public void addAll(Collection<T> images, long nowNanos) {
    Set<Name> added = new HashSet<>();
    for (T image : images) {
      Name name = Name.of(image);
      if (!added.add(name) || names.contains(name)) {
        throw new IllegalArgumentException(
            "image " + image.image() + " of " + image.request() + ": waits already");
      }
    }
    images.forEach(image -> enter(image, nowNanos));
  }

  private void enter(T image, long nowNanos) {
    Name name = Name.of(image);
    names.add(name);
    Integer slot = slots.get(name);
    Group<T> group = slot == null ? null : groups.get(slot);
    if (group != null) {
      group.waiting().add(image);
    } else {
      arrivals
          .computeIfAbsent(
              new GroupKey(image.key(), image.remainingSteps()), key -> new ArrayDeque<>())
          .add(new Arrival<>(image, nowNanos));
    }
  }

  @Override
  public void stepOver(Collection<T> images) {
    // A group goes on when it is asked for its next batch.
  }

  @Override
  public Collection<T> removeRequest(String request) {
    List<T> removed = images().filter(image -> image.request().equals(request)).toList();
    arrivals.values().forEach(queue -> queue.removeIf(a -> a.image().request().equals(request)));
    arrivals.values().removeIf(Deque::isEmpty);
    groups.values().forEach(g -> g.waiting().removeIf(i -> i.request().equals(request)));
    groups.values().forEach(g -> g.members().removeIf(name -> name.request().equals(request)));
    slots.keySet().removeIf(name -> name.request().equals(request));
    names.removeIf(name -> name.request().equals(request));
    return removed;
  }

  @Override
  public Optional<BatchPlan<T>> take(Taker taker, long nowNanos) {
    if (!taker.isIdle()) {
      return Optional.empty();
    }
    Group<T> group = groups.get(taker.slot());
    if (group != null && !group.waiting().isEmpty()) {
      return Optional.of(plan(group, taker.maxRows()));
    }
    if (group != null) {
      groups.remove(taker.slot());
      group.members().forEach(slots::remove);
    }
    return form(taker, nowNanos).map(formed -> plan(formed, taker.maxRows()));
  }

  /** Makes the group that has waited for longest of those that are full or have waited enough. */
  private Optional<Group<T>> form(Taker taker, long nowNanos) {
    Optional<Deque<Arrival<T>>> next =
        arrivals.values().stream()
            .filter(queue -> isDue(queue, taker.maxRows(), nowNanos))
            .min(Comparator.comparingLong(queue -> queue.getFirst().nanos()));
    if (next.isEmpty()) {
      return Optional.empty();
    }
    Group<T> group = new Group<>(new HashSet<>(), new ArrayList<>());
    int rows = 0;
    for (Iterator<Arrival<T>> queue = next.get().iterator(); queue.hasNext(); ) {
      T image = queue.next().image();
      rows += image.rows();
      if (rows > taker.maxRows() && !group.members().isEmpty()) {
        break;
      }
      queue.remove();
      group.members().add(Name.of(image));
      group.waiting().add(image);
      slots.put(Name.of(image), taker.slot());
    }
    arrivals.values().removeIf(Deque::isEmpty);
    groups.put(taker.slot(), group);
    return Optional.of(group);
  }

  private boolean isDue(Deque<Arrival<T>> queue, int maxRows, long nowNanos) {
    return nowNanos - queue.getFirst().nanos() >= delayNanos
        || queue.stream().mapToInt(arrival -> arrival.image().rows()).sum() >= maxRows;
  }

  private BatchPlan<T> plan(Group<T> group, int maxRows) {
    List<T> images = List.copyOf(group.waiting());
    group.waiting().clear();
    images.forEach(image -> names.remove(Name.of(image)));
    int rows = images.stream().mapToInt(WaitingImage::rows).sum();
    return new BatchPlan<>(images, rows, rows >= maxRows);
  }

  @Override
  public OptionalLong wakeNanos(long nowNanos) {
    return arrivals.values().stream()
        .mapToLong(queue -> queue.getFirst().nanos() + delayNanos)
        .filter(due -> due > nowNanos)
        .min();
  }

  @Override
  public Stream<T> images() {
    return Stream.concat(
        arrivals.values().stream().flatMap(Collection::stream).map(Arrival::image),
        groups.values().stream().flatMap(group -> group.waiting().stream()));
  }

  @Override
  public int size() {
    return names.size();
  }
}
