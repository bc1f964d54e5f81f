package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.http.Outbox.Next;
import io.stepwise.sampling.GenerationEvent.StepFinished;
import io.stepwise.sampling.Preview;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutboxTest {

  private static final int STEPS = 50;

  private final Outbox<String> outbox = new Outbox<>();
  private final List<StepFinished> inRender = new ArrayList<>();

  @Test
  void messagesAreSentInTheirOrder() {
    outbox.add("one");
    outbox.add("two");
    outbox.add("two");
    assertThat(sendAll()).containsExactly("one", "two", "two");
    assertThat(outbox.next()).isEmpty();
    assertThat(outbox.isEmpty()).isTrue();
  }

  @Test
  void newestPreviewOfAnImageTakesThePlaceOfTheOlder() {
    outbox.preview(step("a", 0, 1));
    outbox.add("between");
    outbox.preview(step("a", 1, 1));
    outbox.preview(step("a", 0, 2));
    outbox.preview(step("a", 0, 3));
    assertThat(outbox.size()).isEqualTo(3);
    assertThat(sendAll()).containsExactly("a 0 @3", "between", "a 1 @1");
  }

  @Test
  void nothingIsRenderedBeforeTheReaderCanTakeIt() {
    for (int i = 1; i < STEPS; i++) {
      outbox.preview(step("a", 0, i));
    }
    assertThat(inRender).isEmpty();
    assertThat(outbox.next()).contains(new Next.Render<>(step("a", 0, STEPS - 1)));
    assertThat(outbox.next()).isEmpty();
  }

  @Test
  void messagesGoAheadWhileAPreviewIsRendered() {
    outbox.preview(step("a", 0, 1));
    outbox.add("later");
    assertThat(outbox.next()).containsInstanceOf(Next.Render.class);
    assertThat(outbox.next()).contains(new Next.Send<>("later"));
    assertThat(outbox.isEmpty()).isFalse();
    outbox.rendered(step("a", 0, 1), () -> "a 0 @1");
    assertThat(outbox.next()).contains(new Next.Send<>("a 0 @1"));
    assertThat(outbox.isEmpty()).isTrue();
  }

  @Test
  void atMostTwoPreviewsAreRenderedAtATimeAndOneOfAnImage() {
    for (int image = 0; image < 5; image++) {
      outbox.preview(step("a", image, 1));
    }
    assertThat(outbox.next()).contains(new Next.Render<>(step("a", 0, 1)));
    outbox.preview(step("a", 0, 2));
    assertThat(outbox.next()).contains(new Next.Render<>(step("a", 1, 1)));
    assertThat(outbox.next()).isEmpty();
    outbox.rendered(step("a", 1, 1), () -> "done");
    assertThat(outbox.next()).contains(new Next.Send<>("done"));
    assertThat(outbox.next()).contains(new Next.Render<>(step("a", 2, 1)));
    outbox.renderFailed(step("a", 0, 1));
    assertThat(outbox.next()).contains(new Next.Render<>(step("a", 3, 1)));
  }

  @Test
  void previewOlderThanWhatWasShownIsDropped() {
    outbox.preview(step("a", 0, 5));
    assertThat(sendAll()).containsExactly("a 0 @5");
    outbox.preview(step("a", 0, 4));
    outbox.preview(step("a", 0, 5));
    assertThat(outbox.isEmpty()).isTrue();
    outbox.preview(step("a", 0, 7));
    outbox.preview(step("a", 0, 6));
    assertThat(sendAll()).containsExactly("a 0 @7");
  }

  @Test
  void finishedImageTakesItsPreviewsWithIt() {
    outbox.preview(step("a", 0, 1));
    outbox.preview(step("a", 1, 1));
    assertThat(outbox.next()).containsInstanceOf(Next.Render.class);
    outbox.preview(step("a", 0, 2));
    outbox.withdraw("a", 0);
    outbox.add("image 0");
    outbox.rendered(step("a", 0, 1), () -> "too late");
    assertThat(sendAll()).containsExactly("a 1 @1", "image 0");
    assertThat(outbox.isEmpty()).isTrue();
  }

  @Test
  void previewThatIsRenderedButNotSentLeavesWithItsImage() {
    outbox.preview(step("a", 0, 1));
    outbox.next();
    outbox.rendered(step("a", 0, 1), () -> "rendered");
    outbox.withdraw("a", 0);
    assertThat(outbox.next()).isEmpty();
  }

  @Test
  void endOfAGenerationTakesAllOfItsPreviewsAndNoOthers() {
    outbox.preview(step("a", 0, 1));
    outbox.preview(step("a", 1, 1));
    outbox.preview(step("b", 0, 1));
    outbox.withdraw("a");
    outbox.add("done a");
    assertThat(sendAll()).containsExactly("b 0 @1", "done a");
  }

  @Test
  void messageInASlotIsReplacedWhereItStandsAndMadeWhenItIsSent() {
    List<String> batches = new ArrayList<>(List.of("first"));
    outbox.replace("fleet", () -> "old");
    outbox.replace("batches", batches::toString);
    outbox.add("last");
    outbox.replace("fleet", () -> "new");
    batches.add("second");
    assertThat(sendAll()).containsExactly("new", "[first, second]", "last");
    outbox.replace("fleet", () -> "newer");
    outbox.clear("fleet");
    assertThat(outbox.next()).isEmpty();
  }

  @Test
  void whateverHappensMessagesArriveInOrderAndPreviewsNeverGoBack() {
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      new RandomRun(random).run();
    }
  }

  /** Sends all that there is to a reader that takes everything, rendering at once. */
  private List<String> sendAll() {
    List<String> sent = new ArrayList<>();
    for (Optional<Next<String>> next = outbox.next(); next.isPresent(); next = outbox.next()) {
      if (next.get() instanceof Next.Render<String> render) {
        outbox.rendered(render.step(), () -> shown(render.step()));
      } else if (next.get() instanceof Next.Send<String> send) {
        sent.add(send.message());
      }
    }
    return sent;
  }

  private static String shown(StepFinished step) {
    return step.id() + " " + step.index() + " @" + step.step();
  }

  private static StepFinished step(String id, int index, int step) {
    return new StepFinished(id, index, step, STEPS, PREVIEW);
  }

  private static final Preview PREVIEW = new Preview("toy", "abc", new float[1]);

  /** One generation of some images with a reader and renders of random speed. */
  private static final class RandomRun {

    private static final int IMAGES = 6;

    private final Random random;
    private final Outbox<String> outbox = new Outbox<>();
    private final List<StepFinished> renders = new ArrayList<>();
    private final int[] steps = new int[IMAGES];
    private final List<String> sent = new ArrayList<>();

    RandomRun(Random random) {
      this.random = random;
    }

    void run() {
      outbox.add("accepted");
      int finished = 0;
      while (finished < IMAGES) {
        int image = random.nextInt(IMAGES);
        if (steps[image] < STEPS - 1) {
          outbox.preview(step("a", image, ++steps[image]));
        } else if (steps[image] == STEPS - 1) {
          steps[image]++;
          finished++;
          outbox.withdraw("a", image);
          outbox.add("image " + image);
        }
        assertThat(outbox.size()).isLessThanOrEqualTo(1 + 2 * IMAGES);
        disturb();
      }
      outbox.withdraw("a");
      outbox.add("done");
      while (!outbox.isEmpty()) {
        disturb();
      }
      check();
    }

    private void disturb() {
      if (!renders.isEmpty() && random.nextInt(3) == 0) {
        StepFinished step = renders.remove(random.nextInt(renders.size()));
        outbox.rendered(step, () -> shown(step));
      }
      if (random.nextInt(4) == 0) {
        Optional<Next<String>> next = outbox.next();
        while (next.isPresent() && next.get() instanceof Next.Render<String> render) {
          renders.add(render.step());
          assertThat(renders.size()).isLessThanOrEqualTo(Outbox.MOST_RENDERS);
          next = outbox.next();
        }
        if (next.isPresent() && next.get() instanceof Next.Send<String> send) {
          sent.add(send.message());
        }
      }
    }

    private void check() {
      assertThat(sent.get(0)).isEqualTo("accepted");
      assertThat(sent.get(sent.size() - 1)).isEqualTo("done");
      Map<String, Integer> newest = new HashMap<>();
      for (String message : sent.subList(1, sent.size() - 1)) {
        String image = message.replaceAll(".* (\\d) ?.*", "$1");
        int step =
            message.startsWith("image ")
                ? STEPS
                : Integer.parseInt(message.substring(message.indexOf('@') + 1));
        assertThat(step).isGreaterThan(newest.getOrDefault(image, 0));
        newest.put(image, step);
      }
      assertThat(newest)
          .hasSize(IMAGES)
          .allSatisfy((image, step) -> assertThat(step).isEqualTo(STEPS));
    }
  }
}
