package io.stepwise.batching;

import io.stepwise.batching.FairShares.Share;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The images that wait for their next step, and what the clients and the keys have had so far.
 *
 * <p>Each request has a lane. A client's lanes of one key are in the order of the policy, the
 * clients of a key in the order of the service that they have had. Service is the time of steps:
 * that of a batch is charged to its key, and in parts by network rows to its clients. A client's
 * requests take turns: those with fewer images in flight go first, whatever the policy.
 *
 * <p>Adding or taking an image costs O(log waiting). Not thread safe.
 */
public final class WaitingImages<T extends WaitingImage> {

  private final Policy policy;
  private final StepCost cost;
  private final FairShares<String> clients = new FairShares<>();
  private final FairShares<BatchKey> keys = new FairShares<>();
  private final Map<String, Lane<T>> lanes = new HashMap<>();
  private final Map<String, Integer> inFlight = new HashMap<>();
  private final Map<String, Map<BatchKey, ClientLanes<T>>> lanesOfClient = new HashMap<>();
  private final Map<BatchKey, NavigableSet<ClientLanes<T>>> clientsOfKey = new LinkedHashMap<>();
  private int size;
  private int rows;

  /** Orders each client's requests by a policy. */
  public WaitingImages(Policy policy, StepCost cost) {
    this.policy = policy;
    this.cost = cost;
  }

  /**
   * Adds an image.
   *
   * @throws IllegalArgumentException if it waits already
   */
  public void add(T image) {
    addAll(List.of(image));
  }

  /**
   * Adds images; each request and each client finds its new place in the order once.
   *
   * @throws IllegalArgumentException if one of them waits already or stands there twice; none is
   *     added then
   */
  public void addAll(Collection<T> images) {
    Map<String, List<T>> byRequest = byRequest(images);
    byRequest.forEach(this::requireNew);
    Set<String> clientsMoved = clients(images);
    clientsMoved.forEach(this::leaveOrder);
    byRequest.forEach(this::addToLane);
    clientsMoved.forEach(this::enterOrder);
  }

  private void requireNew(String request, List<T> images) {
    Lane<T> lane = lanes.get(request);
    Set<T> added = new TreeSet<>(Lane.NEAREST_TO_ITS_END);
    for (T image : images) {
      if (!added.add(image) || (lane != null && lane.contains(image))) {
        throw new IllegalArgumentException(name(image) + ": waits already");
      }
    }
  }

  private void addToLane(String request, List<T> images) {
    Lane<T> lane =
        lanes.computeIfAbsent(
            request, id -> new Lane<>(images.get(0), policy, inFlight.getOrDefault(id, 0)));
    Share<String> share = clients.enter(lane.client(), images.size());
    keys.enter(lane.key(), images.size());
    ClientLanes<T> ofClient =
        lanesOfClient
            .computeIfAbsent(lane.client(), client -> new LinkedHashMap<>())
            .computeIfAbsent(lane.key(), key -> new ClientLanes<>(share));
    ofClient.leave(lane);
    for (T image : images) {
      lane.add(image);
      rows += image.rows();
    }
    ofClient.enter(lane);
    size += images.size();
  }

  /**
   * Removes the images of a plan and charges for its step.
   *
   * @throws IllegalArgumentException if one of them does not wait
   */
  public void take(BatchPlan<T> plan) {
    if (plan.images().isEmpty()) {
      return;
    }
    plan.images().forEach(this::requireWaiting);
    long nanos = cost.nanos(plan.rows());
    keys.charge(plan.images().get(0).key(), nanos);
    Set<String> clientsMoved = clients(plan.images());
    clientsMoved.forEach(this::leaveOrder);
    Map<String, Integer> rowsOfClient = new LinkedHashMap<>();
    plan.images().forEach(image -> rowsOfClient.merge(image.client(), image.rows(), Integer::sum));
    rowsOfClient.forEach((client, taken) -> clients.charge(client, nanos * taken / plan.rows()));
    byRequest(plan.images())
        .forEach(
            (request, images) ->
                remove(request, images, inFlight.merge(request, images.size(), Integer::sum)));
    clientsMoved.forEach(this::enterOrder);
    settle();
  }

  /** The step of images that were taken is over; those that go on are added anew. */
  public void stepOver(Collection<T> images) {
    Map<String, Integer> steps = new LinkedHashMap<>();
    images.forEach(image -> steps.merge(image.request(), 1, Integer::sum));
    List<Lane<T>> moved = new ArrayList<>();
    steps.forEach(
        (request, count) -> {
          inFlight.computeIfPresent(
              request, (id, before) -> before > count ? Integer.valueOf(before - count) : null);
          Lane<T> lane = lanes.get(request);
          if (lane != null) {
            moved.add(lane);
          }
        });
    Set<String> clientsMoved = moved.stream().map(Lane::client).collect(Collectors.toSet());
    clientsMoved.forEach(this::leaveOrder);
    for (Lane<T> lane : moved) {
      ClientLanes<T> ofClient = lanesOf(lane);
      ofClient.leave(lane);
      lane.setInFlight(inFlight.getOrDefault(lane.request(), 0));
      ofClient.enter(lane);
    }
    clientsMoved.forEach(this::enterOrder);
  }

  /** Removes and returns all waiting images of a request. */
  public List<T> removeRequest(String request) {
    List<T> removed = new ArrayList<>();
    inFlight.remove(request);
    Lane<T> lane = lanes.get(request);
    if (lane != null) {
      lane.iterator().forEachRemaining(removed::add);
      leaveOrder(lane.client());
      remove(request, removed, 0);
      enterOrder(lane.client());
      settle();
    }
    return removed;
  }

  /** Returns how many images wait. */
  public int size() {
    return size;
  }

  /** Returns how many network rows the next steps of all waiting images cost. */
  public int rows() {
    return rows;
  }

  /** Returns whether nothing waits. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Returns all images that wait, in no order. */
  public Stream<T> images() {
    return lanes.values().stream().flatMap(Lane::images);
  }

  /** Returns what a row of a batch of so many rows costs. */
  long rowNanos(int batchRows) {
    return Math.max(1, cost.nanos(batchRows) / batchRows);
  }

  /**
   * Returns the clients of the key whose turn it is, in theirs: it is a key that the client who has
   * had the least waits with, and of several such keys the one that has had the least itself.
   */
  List<ClientLanes<T>> nextInTurn(int most) {
    return clientsOfKey.entrySet().stream()
        .min(
            Comparator.<Map.Entry<BatchKey, NavigableSet<ClientLanes<T>>>>comparingLong(
                    entry -> entry.getValue().first().share().served())
                .thenComparingLong(entry -> keys.of(entry.getKey()).served())
                .thenComparing(entry -> entry.getValue().first().first(), Lane.MOST_URGENT))
        .map(entry -> entry.getValue().stream().limit(most).toList())
        .orElse(List.of());
  }

  /** Removes some of a request's images, whose client is in no order. */
  private void remove(String request, List<T> images, int inFlightOfRequest) {
    Lane<T> lane = Objects.requireNonNull(lanes.get(request));
    ClientLanes<T> ofClient = lanesOf(lane);
    ofClient.leave(lane);
    for (T image : images) {
      lane.remove(image);
      rows -= image.rows();
    }
    lane.setInFlight(inFlightOfRequest);
    if (lane.isEmpty()) {
      lanes.remove(request);
    } else {
      ofClient.enter(lane);
    }
    clients.leave(lane.client(), images.size());
    keys.leave(lane.key(), images.size());
    size -= images.size();
  }

  private static <T extends WaitingImage> Map<String, List<T>> byRequest(Collection<T> images) {
    Map<String, List<T>> byRequest = new LinkedHashMap<>();
    for (T image : images) {
      byRequest.computeIfAbsent(image.request(), request -> new ArrayList<>()).add(image);
    }
    return byRequest;
  }

  private static Set<String> clients(Collection<? extends WaitingImage> images) {
    Set<String> clients = new LinkedHashSet<>();
    images.forEach(image -> clients.add(image.client()));
    return clients;
  }

  private void requireWaiting(T image) {
    Lane<T> lane = lanes.get(image.request());
    if (lane == null || !lane.contains(image)) {
      throw new IllegalArgumentException(name(image) + ": does not wait");
    }
  }

  private ClientLanes<T> lanesOf(Lane<T> lane) {
    Map<BatchKey, ClientLanes<T>> ofClient =
        Objects.requireNonNull(lanesOfClient.get(lane.client()));
    return Objects.requireNonNull(ofClient.get(lane.key()));
  }

  private void leaveOrder(String client) {
    lanesOfClient
        .getOrDefault(client, Map.of())
        .forEach(
            (key, ofClient) -> {
              NavigableSet<ClientLanes<T>> order = Objects.requireNonNull(clientsOfKey.get(key));
              order.remove(ofClient);
              if (order.isEmpty()) {
                clientsOfKey.remove(key);
              }
            });
  }

  private void enterOrder(String client) {
    Map<BatchKey, ClientLanes<T>> ofClient = lanesOfClient.getOrDefault(client, Map.of());
    ofClient.values().removeIf(ClientLanes::isEmpty);
    if (ofClient.isEmpty()) {
      lanesOfClient.remove(client);
    }
    ofClient.forEach(
        (key, lanesOfKey) ->
            clientsOfKey
                .computeIfAbsent(key, unused -> new TreeSet<>(ClientLanes.LEAST_SERVED))
                .add(lanesOfKey));
  }

  private static String name(WaitingImage image) {
    return "image " + image.image() + " of " + image.request();
  }

  private void settle() {
    clients.settle();
    keys.settle();
  }
}
