package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.RouterHarness.StandIn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Sixteen requests of one client, of 10, 50 and 250 steps, that arrive at random, and eight places:
 * who is in which batch.
 */
final class MixedLengthsTest {

  private static final ActorTestKit KIT = Toys.newKitWithManualTime();
  private static final int PLACES = 8;
  private static final int[] LENGTHS = {10, 50, 250};

  /** A request and the number of the batch that runs when it arrives. */
  private record Arrival(String name, int steps, int batch) {}

  private final RouterHarness harness =
      new RouterHarness(KIT, Toys.options(PLACES, 1, "deadline"), 1);
  private final StandIn replica = harness.readyReplica();
  private final List<List<String>> trace = new ArrayList<>();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void shortRequestNeverWaitsForALongOneToFinish() {
    List<Arrival> arrivals = arrivals(new Random(11));
    run(arrivals);
    System.out.println(table());

    for (Arrival arrival : arrivals) {
      List<Integer> batches = batchesOf(arrival.name());
      assertThat(batches).as(arrival.name()).hasSize(arrival.steps());
      if (arrival.steps() == 10) {
        assertThat(batches)
            .as(arrival.name() + " is in every batch from the next one on")
            .isEqualTo(
                IntStream.rangeClosed(arrival.batch() + 1, arrival.batch() + 10).boxed().toList());
      }
    }
    assertThat(trace.stream().filter(batch -> batch.size() == PLACES).count())
        .as("batches without a free place")
        .isGreaterThan(50);
  }

  /** Returns arrivals, one of them to the idle router, so that others meet long ones at work. */
  private static List<Arrival> arrivals(Random random) {
    List<Arrival> arrivals = new ArrayList<>();
    arrivals.add(new Arrival("a-250", 250, -1));
    for (int i = 1; i < 16; i++) {
      int steps = LENGTHS[(i + 1) % 3];
      String name = (char) ('a' + i) + "-" + steps;
      arrivals.add(new Arrival(name, steps, random.nextInt(60)));
    }
    return arrivals;
  }

  private void run(List<Arrival> arrivals) {
    int left = arrivals.stream().mapToInt(Arrival::steps).sum();
    for (int number = -1; left > 0; number++) {
      // A step takes 20 ms.
      harness.nanos.set((number + 1) * 20_000_000L);
      Replica.RunBatch running = number < 0 ? null : replica.nextBatch();
      for (Arrival arrival : arrivals) {
        if (arrival.batch() == number) {
          enqueue(arrival);
        }
      }
      if (running != null) {
        trace.add(running.states().stream().map(state -> state.recipe().request()).toList());
        left -= running.states().size();
        replica.finish(running);
      }
    }
  }

  private void enqueue(Arrival arrival) {
    long now = harness.nanos.get();
    Recipe.Urgency urgency = new Recipe.Urgency("anybody", now, now + 300_000_000_000L, 0);
    harness.enqueue(Toys.recipe(arrival.name(), arrival.steps(), urgency), 1);
  }

  private List<Integer> batchesOf(String request) {
    return IntStream.range(0, trace.size())
        .filter(batch -> trace.get(batch).contains(request))
        .boxed()
        .toList();
  }

  /** Returns the batches, those in a row with the same images in one line. */
  private String table() {
    Map<String, Integer> column = new LinkedHashMap<>();
    trace.forEach(batch -> batch.forEach(name -> column.putIfAbsent(name, column.size())));
    StringBuilder table = new StringBuilder("\nbatches   ");
    column.keySet().forEach(name -> table.append(" %-5s".formatted(name)));
    for (int from = 0, to; from < trace.size(); from = to) {
      List<String> batch = trace.get(from).stream().sorted().toList();
      for (to = from + 1; to < trace.size(); to++) {
        if (!trace.get(to).stream().sorted().toList().equals(batch)) {
          break;
        }
      }
      table.append("%n%4d - %3d".formatted(from, to - 1));
      column.keySet().forEach(name -> table.append(batch.contains(name) ? "   #  " : "   .  "));
    }
    return table.append(System.lineSeparator()).toString();
  }
}
