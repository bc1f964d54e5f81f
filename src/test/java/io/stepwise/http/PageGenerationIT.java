package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.image.GenerationParameters;
import io.stepwise.image.Png;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Making images on the page. */
class PageGenerationIT {

  private static final String PIXELS = "return arguments[0].toDataURL()";

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
  }

  @AfterEach
  void close() {
    assertThat(browser.errors()).isEmpty();
    page.close();
  }

  @Test
  void imageIsSeenAfterEachStep() {
    page.generate(3, 1);
    page.card("state", "queued");

    page.turnstile().letPass(1);
    WebElement card = page.card("shown-step", 1);
    assertThat(card.getText()).contains("step 1 of 3");
    assertThat(card.getDomAttribute("data-state")).isEqualTo("running");

    page.turnstile().letPass(1);
    page.card("shown-step", 2);

    page.turnstile().letPass(1);
    page.card("state", "completed");
    assertThat(page.card("shown-step", 3).getDomAttribute("data-steps")).isEqualTo("3");
    assertThat(card.getText()).contains("done in").contains("3 of 3");
  }

  @Test
  void sliderGoesBackToAnEarlierStep() {
    String seedOfFourPictures = "5";
    browser.enter("#seed", seedOfFourPictures);
    page.generate(4, 1);
    WebElement canvas = browser.await(".card canvas");
    List<Object> pictures = new ArrayList<>(List.of(browser.run(PIXELS, canvas)));
    for (int step = 1; step <= 4; step++) {
      page.turnstile().letPass(1);
      page.card("shown-step", step);
      Object before = pictures.get(step - 1);
      browser.await("its picture", () -> !before.equals(browser.run(PIXELS, canvas)));
      pictures.add(browser.run(PIXELS, canvas));
    }
    WebElement card = page.card("state", "completed");

    browser.find(".card input[type=range]").sendKeys(Keys.ARROW_LEFT, Keys.ARROW_LEFT);

    page.card("shown-step", 2);
    browser.await("the second", () -> pictures.get(2).equals(browser.run(PIXELS, canvas)));
    assertThat(browser.find(".card input[type=range]").getDomAttribute("aria-valuetext"))
        .isEqualTo("step 2 of 4");
    assertThat(card.getText()).contains("2 of 4");

    browser.press(Keys.END);
    page.card("shown-step", 4);
    browser.await("the last picture", () -> pictures.get(4).equals(browser.run(PIXELS, canvas)));
  }

  @Test
  void newStepsDoNotTakeOneAwayFromAnEarlierStep() {
    page.generate(4, 1);
    page.turnstile().letPass(1);
    page.card("steps", 1);
    page.turnstile().letPass(1);
    page.card("steps", 2);
    browser.find(".card input[type=range]").sendKeys(Keys.HOME);
    page.card("shown-step", 1);

    page.turnstile().letPass(1);
    page.card("steps", 3);
    assertThat(page.card("shown-step", 1).isDisplayed()).isTrue();
  }

  @Test
  void stepsPlayLikeAFilm() {
    page.generate(5, 1);
    for (int step = 1; step <= 5; step++) {
      page.turnstile().letPass(1);
      page.card("shown-step", step);
    }
    page.card("state", "completed");

    browser.run(
        """
        const card = document.querySelector(".card");
        window.film = [];
        new MutationObserver(() => window.film.push(Number(card.dataset.shownStep)))
          .observe(card, { attributeFilter: ["data-shown-step"] });
        """);
    browser.find(".card [aria-label='Play the steps']").click();

    browser.await("the whole film", () -> film().equals(List.of(1L, 2L, 3L, 4L, 5L)));
    browser.await(".card [aria-label='Play the steps']");
  }

  @Test
  void savedPictureIsTheServersOwn() throws Exception {
    browser.enter("#seed", "9007199254740993");
    page.turnstile().open();
    page.generate(2, 1);
    page.card("state", "completed");

    browser.find(".card [aria-label='Save PNG']").click();

    byte[] png = browser.downloaded("sneaker-seed-9007199254740993", ".png");
    GenerationParameters parameters =
        GenerationParameters.parse(Png.texts(png).get(GenerationParameters.KEYWORD));
    assertThat(parameters.seed()).isEqualTo(9007199254740993L);
    JsonNode same =
        page.server()
            .post(
                """
                {"prompt": "sneaker", "seed": 9007199254740993, "steps": 2, "guidance": 3}
                """)
            .json();
    assertThat(png).isEqualTo(Base64.getDecoder().decode(same.at("/data/0/b64_json").asText()));
  }

  @Test
  void filmHasAFrameForEachStepAndSaysHowItWasMade() throws Exception {
    browser.enter("#seed", "77");
    page.generate(3, 1);
    for (int step = 1; step <= 3; step++) {
      page.turnstile().letPass(1);
      page.card("shown-step", step);
    }
    page.card("state", "completed");

    browser.find(".card [aria-label='Save film']").click();

    byte[] film = browser.downloaded("sneaker-seed-77-film", ".png");
    String text = new String(film, StandardCharsets.ISO_8859_1);
    assertThat(text.split("fcTL", -1)).hasSize(1 + 3);
    assertThat(text).contains("acTL\0\0\0\3\0\0\0\0");
    assertThat(Png.texts(film)).containsKey(GenerationParameters.KEYWORD);
    assertThat(
            browser.runAndWait(
                """
                const done = arguments[1];
                const bytes = Uint8Array.from(atob(arguments[0]), (c) => c.charCodeAt(0));
                const decoder = new ImageDecoder({ data: bytes, type: "image/png" });
                decoder.completed
                    .then(() => decoder.decode({ frameIndex: 2 }))
                    .then(({ image }) => done(
                        `${decoder.tracks.selectedTrack.frameCount} ${image.displayWidth}`));
                """,
                Base64.getEncoder().encodeToString(film)))
        .isEqualTo("3 450");
  }

  @Test
  void cancelledGenerationEndsWhileAnotherGoesOn() {
    page.generate(5, 1);
    page.card("state", "queued");
    page.generate(6, 2);
    page.card("state", "queued");

    browser.find(".card:last-child header button:not([hidden])").click();

    browser.await(".card:last-child[data-state=cancelled]");
    assertThat(browser.find(".card:last-child").getText()).contains("Run again");
    page.turnstile().open();
    page.card("state", "completed");
  }

  @Test
  void errorOfAFieldIsShownAtTheField() {
    page.generate(0, 1);

    browser.await("#steps[aria-invalid]");
    assertThat(browser.find("#steps-error").getText()).isEqualTo("steps: 0 (expected: 1 to 1000)");
    assertThat(browser.focused()).isEqualTo(browser.find("#steps"));
    assertThat(browser.count(".card")).isZero();

    browser.enter("#steps", "1");
    assertThat(browser.count("[aria-invalid]")).isZero();
    assertThat(browser.find("#steps-error").getText()).isEmpty();
  }

  @Test
  void seedThatIsNoNumberIsRefusedAtItsField() {
    browser.enter("#seed", "seven");
    page.generate(1, 1);

    browser.await("#seed[aria-invalid]");
    assertThat(browser.find("#seed-error").getText()).startsWith("seed: \"seven\"");
  }

  @Test
  void refusalOfAFullQueueSaysWhenToTryAgain() {
    page.generate(1, 16);
    page.card("state", "queued");
    browser.run("window.goOn = Date.now; const stopped = Date.now(); Date.now = () => stopped;");
    page.generate(1, 16);

    WebElement refused = page.card("state", "refused");

    assertThat(refused.getText()).contains("It can be tried again in");
    browser.run("Date.now = window.goOn;");
    page.turnstile().open();
    browser.await(".card:last-child[data-state=completed]");
    WebElement again = refused.findElement(By.xpath(".//*[text()='Run again']"));
    browser.await("the time is over", again::isEnabled);
    again.click();
    page.card("state", "completed");
    assertThat(browser.count(".card")).isEqualTo(3);
  }

  @Test
  void commandOfARequestMakesTheSameImages() {
    page.turnstile().open();
    browser.enter("#seed", "5");
    page.generate(2, 1);
    page.card("state", "completed");
    browser.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }");

    browser.find(".card [aria-label='Copy as curl']").click();

    browser.await("the command", () -> browser.run("return window.copied") != null);
    assertThat((String) browser.run("return window.copied"))
        .startsWith("curl -sS '" + page.server().uri("/v1/images/generations") + "'")
        .contains(
            "-d '{\"model\":\"toy\",\"prompt\":\"sneaker\",\"solver\":\"ddpm\",\"steps\":2,\"n\":1,"
                + "\"guidance\":3,\"seed\":5}'")
        .endsWith("> sneaker.png");
  }

  @Test
  void everythingIsDoneWithoutAMouse() {
    browser.run("document.activeElement.blur()");
    pressTabUntil("#model");
    pressTabUntil("#steps");
    browser.press(Keys.chord(Keys.CONTROL, "a"), "2");
    pressTabUntil("#n");
    browser.press(Keys.chord(Keys.CONTROL, "a"), "1", Keys.ENTER);
    page.card("state", "queued");
    pressTabUntil(".card header button:not([hidden])");
    browser.press(Keys.ENTER);
    page.card("state", "cancelled");
    assertThat(browser.focused().getText()).isEqualTo("Run again");

    browser.press(Keys.ENTER);
    int stepOfTheCancelledOne = 1;
    page.turnstile().letPass(stepOfTheCancelledOne + 1);
    page.card("shown-step", 1);
    page.turnstile().open();
    page.card("state", "completed");
    pressTabUntil(".card:last-child input[type=range], .card:first-child input[type=range]");
    pressTabUntil(".timeline");
  }

  /** Returns the steps that the card has shown since it was watched. */
  private List<?> film() {
    return ((List<?>) browser.run("return window.film")).stream().distinct().toList();
  }

  private void pressTabUntil(String selector) {
    for (int i = 0; i < 60; i++) {
      if (browser.focused().equals(browser.find(selector))) {
        return;
      }
      browser.press(Keys.TAB);
    }
    throw new AssertionError("not reached by Tab: " + selector);
  }
}
