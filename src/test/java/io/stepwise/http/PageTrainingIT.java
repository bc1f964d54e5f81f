package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.image.FloatImage;
import io.stepwise.image.Png;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.training.SampleGrid;
import io.stepwise.training.TrainingSamples;
import io.stepwise.training.TrainingStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page shows of a training, and how it is begun, held and ended there. */
class PageTrainingIT {

  @TempDir static Path folder;
  private static Browser browser;

  private PageFixture page;

  @BeforeAll
  static void startBrowser() {
    browser = Browser.start(folder);
  }

  @AfterAll
  static void stopBrowser() {
    browser.close();
  }

  @BeforeEach
  void open() {
    page = PageFixture.open(browser);
    browser.await("#training[data-state=idle]");
    browser.find("#training summary").click();
  }

  @AfterEach
  void close() {
    page.close();
  }

  @Test
  void trainingIsBegunHeldAndEnded() {
    browser.enter("#training-steps", "300");
    browser.find("#training-start").click();
    browser.await("#training[data-state=running]");
    assertThat(page.trainer().order().steps()).isEqualTo(300);
    assertThat(browser.find("#training-step").getText()).isEqualTo("20 of 300");
    assertThat(browser.find("#training-loss").getText()).isEqualTo("0.2500");
    assertThat(browser.find("#training-start").isEnabled()).isFalse();

    browser.find("#training-pause").click();
    browser.await("#training[data-state=paused]");
    browser.await("resume", () -> browser.find("#training-pause").getText().equals("Resume"));
    browser.find("#training-pause").click();
    browser.await("#training[data-state=running]");
    browser.find("#training-stop").click();
    browser.await("#training[data-state=idle]");
    assertThat(browser.find("#announcements").getDomProperty("textContent"))
        .isEqualTo("Training: not training.");
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void curveHoldsBothLosses() {
    browser.find("#training-start").click();
    browser.await("#curve:not([hidden])");

    assertThat(browser.find("#curve-loss").getDomAttribute("points").split(" ")).hasSize(2);
    assertThat(browser.find("#curve-picture").getDomAttribute("aria-label"))
        .isEqualTo(
            "Loss from 0.5000 to 0.2500 in 20 updates; validation loss from 0.3000 to 0.3000.");
  }

  @Test
  void wrongFieldIsMarkedAndSaid() {
    browser.enter("#training-steps", "0");
    browser.find("#training-start").click();

    browser.await("#training-steps[aria-invalid]");
    assertThat(browser.find("#training-problem").getText()).contains("steps: 0 (expected:");
    assertThat(page.trainer().status().state()).isEqualTo(TrainingStatus.State.IDLE);
  }

  @Test
  void whatOthersOrderIsSeenWithoutAsking() {
    page.server().send("POST", "/v1/training", "{\"model\": \"toy\", \"steps\": 50}").join();
    browser.await("#training[data-state=running]");
    page.server().send("POST", "/v1/training:pause", "").join();
    browser.await("#training[data-state=paused]");

    assertThat(browser.find("#training-step").getText()).isEqualTo("20 of 50");
    assertThat(requestsFor("/v1/training")).isZero();
  }

  @Test
  void lostConnectionIsSaidAndTheTrainingIsWatchedAgainAfterwards() {
    browser.find("#training-start").click();
    browser.await("#training[data-state=running]");
    page.stopServer();
    browser.await(
        "no connection",
        () -> browser.find("#training-state").getText().equals("training, no connection"));
    assertThat(browser.find("#training-stop").isEnabled()).isFalse();
    assertThat(browser.find("#training-step").getText()).isEqualTo("20 of 1000");

    page.startServerAgain();
    page.awaitConnected();
    browser.await("stop", () -> browser.find("#training-stop").isEnabled());
    page.server().send("POST", "/v1/training:pause", "").join();
    browser.await("#training[data-state=paused]");
  }

  @Test
  void versionIsTakenIntoUse() {
    page.turnstile().open();
    browser.await("#version-rows tr:last-child[data-current]");
    browser.find("#version-rows button").click();

    browser.await("#version-rows tr:first-child[data-current]");
    assertThat(browser.count("#version-rows button")).isEqualTo(1);
    assertThat(browser.count(".card")).isZero();
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void whatTheTrainerDrewIsShown() {
    browser.await("versions", () -> browser.count("#version-rows tr") == 2);
    assertThat(browser.count("#samples[hidden]")).isEqualTo(1);
    page.trainer().draw(samples("a", 100, 0.25f));
    browser.await("samples", () -> caption().equals("aaaaaaaa · 100 updates"));
    browser.await("pixels", () -> grey() == 159);

    page.trainer().draw(samples("b", 200, -0.5f));
    browser.await("samples", () -> caption().equals("bbbbbbbb · 200 updates"));
    browser.await("pixels", () -> grey() == 64);
    assertThat(browser.find("#samples canvas").getDomAttribute("aria-label"))
        .isEqualTo("Samples of toy, from left to right: bag, boot");
    assertThat(page.server().unfinishedImages()).isZero();
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void versionsThatCannotBeListedLeaveTheTableAndSayWhy() {
    browser.await("versions", () -> browser.count("#version-rows tr") == 2);
    page.versions()
        .beforeListing(
            () -> {
              throw new IllegalStateException("snapshots: gone");
            });
    browser.find("#training-start").click();

    browser.await("#version-problem:not([hidden])");
    assertThat(browser.find("#version-problem").getText()).contains("snapshots: gone");
    assertThat(browser.count("#version-rows tr")).isEqualTo(2);

    page.versions().beforeListing(() -> {});
    browser.await("#version-problem[hidden]");
  }

  @Test
  void versionThatIsRefusedIsSaidToBe() {
    page.versions()
        .beforeLoading(
            () -> {
              throw new IllegalStateException("unet: torn");
            });
    browser.await("#version-rows button").click();

    browser.await("#version-problem:not([hidden])");
    assertThat(browser.find("#version-problem").getText()).contains("unet: torn");
    browser.await("#version-rows tr:last-child[data-current]");
  }

  @Test
  void serverThatTrainsNothingSaysWhatToSet() {
    page.close();
    page = PageFixture.openWithoutTraining(browser);
    browser.await("#training[data-state=off]");
    browser.find("#training summary").click();

    assertThat(browser.find("#training-state").getText())
        .isEqualTo("not available here: set snapshots.folder");
    assertThat(browser.find("#training-form").isDisplayed()).isFalse();
    assertThat(browser.find("#form-problem").isDisplayed()).isFalse();
    browser.await("versions", () -> browser.count("#version-rows tr") == 2);
  }

  @Test
  void openTrainingIsAccessible() {
    browser.find("#training-start").click();
    browser.await("#curve:not([hidden])");
    page.trainer().draw(samples("a", 100, 0.25f));
    browser.await("#samples:not([hidden])");
    for (String scheme : List.of("light", "dark")) {
      browser.look(1440, 900, scheme);
      browser.run(Browser.resource("/axe.min.js"));
      Object violations =
          browser.runAndWait(
              """
              const done = arguments[0];
              axe.run().then(({ violations }) => done(violations.map(
                  ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)));
              """);
      assertThat((List<?>) violations).isEmpty();
    }
  }

  private static String caption() {
    return browser.find("#samples-weights").getText();
  }

  /** Returns the brightness of the grid's middle. */
  private static int grey() {
    return ((Number)
            browser.run(
                """
                const canvas = document.querySelector("#samples canvas");
                const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
                copy.drawImage(canvas, 0, 0);
                return copy.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[0];
                """))
        .intValue();
  }

  private static TrainingSamples samples(String digit, int step, float brightness) {
    float[] pixels = new float[20 * 40];
    Arrays.fill(pixels, brightness);
    byte[] png = Png.encode(new FloatImage(1, 20, 40, pixels));
    return new TrainingSamples(
        new Snapshot("toy", digit.repeat(64), step, Instant.EPOCH, Map.of()),
        List.of("bag", "boot"),
        new SampleGrid(png, 40, 20, 1));
  }

  private static int requestsFor(String path) {
    return ((Number)
            browser.run(
                """
                return performance.getEntriesByType("resource")
                    .filter(({ name }) => new URL(name).pathname === arguments[0]).length;
                """,
                path))
        .intValue();
  }
}
