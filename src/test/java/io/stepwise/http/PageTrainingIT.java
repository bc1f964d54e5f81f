package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.training.TrainingStatus;
import java.nio.file.Path;
import java.util.List;
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
    browser.await("#training:not([hidden])");
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
  void openTrainingIsAccessible() {
    browser.find("#training-start").click();
    browser.await("#curve:not([hidden])");
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
}
