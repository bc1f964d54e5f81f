package io.stepwise.batching;

import static io.stepwise.batching.TestImage.KEY;
import static io.stepwise.batching.TestImage.OTHER_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What clients and keys have of the service. */
final class FairnessTest {

  private final TestLoad load = new TestLoad(8);

  @Test
  void clientWithAThousandImagesDoesNotHoldUpOneWithASingleImage() {
    load.add("large", 1, 1000, KEY);
    load.run(100);
    load.add("small", 1, 1, KEY);

    for (int step = 0; step < 50; step++) {
      assertThat(load.clientsOf(load.runOne())).containsOnlyOnce("small");
    }
  }

  @Test
  void clientWithAThousandRequestsDoesNotHoldUpOneWithASingleImage() {
    load.add("many", 1000, 1, KEY);
    load.run(100);
    load.add("small", 1, 1, KEY);

    for (int step = 0; step < 50; step++) {
      assertThat(load.clientsOf(load.runOne())).containsOnlyOnce("small");
    }
  }

  @Test
  void clientsWithMoreThanTheirShareHaveTheSameToTheRow() {
    load.add("one large request", 1, 500, KEY);
    load.add("many small requests", 500, 1, KEY);
    load.add("some of each", 10, 50, KEY);
    load.run(300);

    assertThat(load.rowsOfClient.values()).containsOnly(800);
  }

  @Test
  void whatOneClientHasNoUseForIsSharedByTheOthers() {
    load.add("single", 1, 1, KEY);
    load.add("a", 1, 100, KEY);
    load.add("b", 100, 1, KEY);
    load.run(200);

    assertThat(load.rowsOfClient).containsEntry("single", 200);
    assertThat(load.rowsOfClient.get("a")).isBetween(699, 701);
    assertThat(load.rowsOfClient.get("b")).isBetween(699, 701);
  }

  @Test
  void clientWhoAskedForLittleMayNotMakeUpForItLater() {
    load.add("busy", 1, 1000, KEY);
    load.add("modest", 1, 1, KEY);
    load.run(1000);
    load.rowsOfClient.clear();
    for (int image = 1; image < 500; image++) {
      load.waiting.add(TestImage.of("more", image).by("modest").withSteps(1000));
    }
    load.run(100);

    assertThat(load.rowsOfClient.get("modest")).isBetween(400, 408);
    assertThat(load.rowsOfClient.get("busy")).isBetween(392, 400);
  }

  @Test
  void guidedImagesCountForTwo() {
    load.add("plain", 1, 100, KEY);
    for (int image = 0; image < 100; image++) {
      load.waiting.add(TestImage.of("guided", image).by("guided").withRows(2).withSteps(1_000_000));
    }
    load.run(100);

    assertThat(load.rowsOfClient).containsEntry("plain", 400).containsEntry("guided", 400);
  }

  @Test
  void moreClientsThanPlacesTakeTurns() {
    for (int client = 0; client < 20; client++) {
      load.add("client " + client, 1, 3, KEY);
    }
    load.run(50);

    assertThat(load.rowsOfClient.values()).hasSize(20).containsOnly(20);
  }

  @Test
  void keysOfOneClientTakeTurns() {
    load.add("client", 1, 500, KEY);
    for (int image = 0; image < 500; image++) {
      load.waiting.add(
          TestImage.of("new", image).by("client").withKey(OTHER_KEY).withSteps(1_000_000));
    }
    load.run(100);

    assertThat(load.batchesOfKey).containsEntry(KEY, 50).containsEntry(OTHER_KEY, 50);
  }

  /**
   * While its image is on its way it asks for nothing, so it has not all the time it could have.
   */
  @Test
  void keyWithASingleImageDoesNotWaitForTheOtherToDrain() {
    load.add("old", 1, 1000, KEY);
    load.run(50);
    load.add("new", 1, 1, OTHER_KEY);
    load.batchesOfKey.clear();
    load.run(90);

    assertThat(load.batchesOfKey).containsEntry(OTHER_KEY, 60).containsEntry(KEY, 30);
  }

  @Test
  void whereEveryStepCostsTheSameKeysOfTwoClientsAlternate() {
    TestLoad flat =
        new TestLoad(8, new WaitingImages<>(new FifoPolicy(), rows -> TestImage.SECOND));
    flat.add("old", 1, 1000, KEY);
    flat.add("new", 1, 1, OTHER_KEY);
    flat.run(100);

    assertThat(flat.batchesOfKey).containsEntry(OTHER_KEY, 50).containsEntry(KEY, 50);
  }

  /**
   * Random arrivals of clients, keys and sizes, and random batches that are long in coming back.
   */
  @Test
  void everyWaitingImageOfAFairClientIsServedWithinABoundedTime() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      TestLoad crowd = new TestLoad(1 + random.nextInt(8));
      Map<String, Integer> waits = new HashMap<>();
      int clients = 2 + random.nextInt(9);
      List<List<TestImage>> inFlight = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        int images = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(60);
        crowd.add("client " + client, 1, images, random.nextBoolean() ? KEY : OTHER_KEY);
      }
      for (int batch = 0; batch < 2000 && !crowd.waiting.isEmpty(); batch++) {
        BatchPlan<TestImage> plan = crowd.takeOne();
        crowd
            .waiting
            .images()
            .map(TestImage::client)
            .distinct()
            .forEach(client -> waits.merge(client, 1, Integer::sum));
        plan.images().forEach(image -> waits.put(image.client(), 0));
        assertThat(waits.values())
            .as("batches without a place, seed " + seed)
            .allMatch(wait -> wait <= 8 * clients);
        inFlight.add(plan.images());
        while (inFlight.size() > random.nextInt(3)) {
          crowd.giveBack(inFlight.remove(0));
        }
      }
    }
  }
}
