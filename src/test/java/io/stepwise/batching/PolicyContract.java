package io.stepwise.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every policy must keep to, whatever it prefers. */
abstract class PolicyContract {

  private static final long STEP = 100_000_000L;
  private static final int MAX_ROWS = 8;

  private final Policy policy = policy();

  abstract Policy policy();

  @Test
  void isFoundByItsName() {
    assertThat(Policy.named(policy.name())).hasSameClassAs(policy);
  }

  @Test
  void requestOfHigherPriorityIsDueEarlier() {
    TestImage image = TestImage.of("a", 0);

    assertThat(policy.dueNanos(image.withPriority(1))).isLessThan(policy.dueNanos(image));
  }

  @Test
  void anyRequestIsDueBeforeOneThatComesMuchLater() {
    TestImage least = TestImage.of("a", 0).withRemaining(1000).withPriority(-10);
    TestImage most = TestImage.of("b", 0).withRemaining(1).withPriority(10);
    long later = 600 * TestImage.SECOND;

    assertThat(policy.dueNanos(least))
        .isLessThan(policy.dueNanos(most.acceptedAt(later).dueAt(later + 1)));
  }

  @Test
  void everyImageOfARandomLoadIsFinishedWithAllItsSteps() {
    for (int seed = 0; seed < 5; seed++) {
      Random random = new Random(seed);
      Load load = new Load();
      for (int round = 0; round < 300; round++) {
        if (random.nextInt(4) == 0) {
          load.arrive(random);
        }
        load.runOneBatch();
      }
      while (!load.waiting.isEmpty()) {
        load.runOneBatch();
      }
      assertThat(load.stepsTaken).isEqualTo(load.stepsAsked);
    }
  }

  /** A long request against an endless stream of the most urgent requests that can be made. */
  @Test
  void nobodyStarvesUnderOverload() {
    Load load = new Load();
    load.add(TestImage.of("patient", 0).withSteps(50).withPriority(-1));
    int rounds = 0;
    while (load.stepsTaken.getOrDefault("patient/0", 0) < 50) {
      for (int i = 0; i < MAX_ROWS; i++) {
        load.add(
            TestImage.of("urgent " + rounds + " " + i, 0)
                .withSteps(1)
                .withPriority(1)
                .acceptedAt(load.now)
                .dueAt(load.now + STEP));
      }
      load.runOneBatch();
      assertThat(++rounds).as("rounds until the patient request is done").isLessThan(5000);
    }
  }

  @Test
  void largeRequestLeavesAPlaceToASmallOne() {
    Load load = new Load();
    for (int image = 0; image < 1000; image++) {
      load.add(TestImage.of("large", image).withPriority(10));
    }
    load.now = 30 * TestImage.SECOND;
    load.add(TestImage.of("small", 0).acceptedAt(load.now).withRemaining(10));

    for (int step = 0; step < 10; step++) {
      assertThat(load.runOneBatch()).anyMatch(image -> image.request().equals("small"));
    }
  }

  private final class Load {

    final WaitingImages<TestImage> waiting = new WaitingImages<>(policy, TestImage.ROWS);
    final Map<String, Integer> stepsTaken = new HashMap<>();
    final Map<String, Integer> stepsAsked = new HashMap<>();
    long now;
    private int requests;

    void add(TestImage image) {
      waiting.add(image);
      stepsAsked.merge(name(image), image.remainingSteps(), Integer::sum);
    }

    void arrive(Random random) {
      BatchKey key = new BatchKey("version " + random.nextInt(2), "1x28x28");
      int steps = 1 + random.nextInt(20);
      int rows = 1 + random.nextInt(2);
      int priority = random.nextInt(21) - 10;
      long due = now + random.nextInt(1000) * STEP;
      String request = "request " + requests++;
      String client = "client " + random.nextInt(4);
      for (int image = random.nextInt(12); image >= 0; image--) {
        add(
            TestImage.of(request, image)
                .by(client)
                .withKey(key)
                .withRows(rows)
                .withSteps(steps)
                .acceptedAt(now)
                .dueAt(due)
                .withPriority(priority));
      }
    }

    /** Takes a batch, checks it, and puts those that need more steps back. */
    List<TestImage> runOneBatch() {
      int before = waiting.size();
      BatchPlan<TestImage> plan = BatchPlanner.plan(waiting, MAX_ROWS);
      assertThat(waiting.size()).as("a plan changes nothing").isEqualTo(before);
      waiting.take(plan);
      int rows = plan.images().stream().mapToInt(WaitingImage::rows).sum();
      Set<BatchKey> keys = new HashSet<>();
      Set<String> names = new HashSet<>();
      for (TestImage image : plan.images()) {
        keys.add(image.key());
        names.add(name(image));
        stepsTaken.merge(name(image), 1, Integer::sum);
      }
      assertThat(rows).isEqualTo(plan.rows()).isLessThanOrEqualTo(MAX_ROWS);
      assertThat(names).as("each image once").hasSize(plan.images().size());
      assertThat(keys).as("one key").hasSize(before == 0 ? 0 : 1);
      now += STEP;
      List<TestImage> images = new ArrayList<>(plan.images());
      waiting.stepOver(images);
      images.stream()
          .filter(image -> image.remainingSteps() > 1)
          .forEach(image -> waiting.add(image.next()));
      return images;
    }

    private String name(TestImage image) {
      return image.request() + "/" + image.image();
    }
  }
}
