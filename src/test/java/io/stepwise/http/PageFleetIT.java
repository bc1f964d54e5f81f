package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/** What the page shows of the fleet, of its connection, and to people who cannot see it. */
class PageFleetIT {

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
    page.close();
  }

  @Test
  void generationsOfDifferentLengthsAreSeenInOneBatch() {
    page.generate(6, 1);
    page.card("state", "queued");
    page.generate(3, 2);
    page.card("state", "queued");
    page.turnstile().open();
    page.card("state", "completed");
    browser.await(".card:last-child[data-state=completed]");
    browser.await(".replica[data-state=ready]:not([data-mixed='0'])");

    browser.find(".timeline").sendKeys(Keys.PAGE_UP);
    browser.await("#inspector[data-batch]");
    for (int i = 0; i < 20 && browser.count("#inspector tr[data-of='3']") == 0; i++) {
      browser.press(Keys.ARROW_RIGHT);
    }

    assertThat(browser.find("#inspector tr[data-of='6']").getText()).contains("sneaker (yours)");
    assertThat(browser.find("#inspector tr[data-of='3']").getText())
        .contains("sneaker (yours)")
        .contains("2 images");
    assertThat(browser.find("#announcements").getDomProperty("textContent"))
        .contains("of 6")
        .contains("of 3");
    assertThat(browser.find("#pause").getText()).isEqualTo("Go on");
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void figuresAreThoseOfTheFleet() {
    page.generate(9, 5);
    page.card("state", "queued");

    browser.await(
        "unfinished images",
        () ->
            browser
                .find("#figure-unfinished")
                .getText()
                .equals("5 of " + PageFixture.MOST_UNFINISHED));
    browser.await(
        "images in flight", () -> browser.find("#figure-in-flight").getText().equals("5"));
    assertThat(browser.find("#snapshots").getText()).isEqualTo("toy digest o");

    page.turnstile().open();
    page.card("state", "completed");
    browser.await("none", () -> browser.find("#figure-unfinished").getText().startsWith("0 of"));
    assertThat(browser.find("#figure-page-count").getText()).isEqualTo("this page, 1 done");
    assertThat(browser.find("#figure-page-p99").getText()).endsWith("s");
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void pageFindsItsServerAgain() {
    page.generate(9, 1);
    page.card("state", "queued");

    page.stopServer();
    browser.await("[data-connection=waiting]");
    assertThat(page.card("state", "lost").getText())
        .contains("The connection was lost before it was done.")
        .contains("Run again");
    browser.await(
        "when it is tried again",
        () -> browser.find("#connection").getText().contains("connection lost, next try in"));
    assertThat(browser.find("#generate").isEnabled()).isFalse();

    page.startServerAgain();
    page.awaitConnected();
    page.turnstile().open();
    browser.find(".card .actions button:not([aria-label])").click();
    page.card("state", "completed");
    browser.await(".replica:not([data-batches='0'])");
    assertThat(browser.find("#announcements").getDomProperty("textContent")).contains("done in");
  }

  @Test
  void chosenThemeIsRemembered() {
    Object light = ground();
    browser.find("#theme").click();
    Object dark = ground();
    assertThat(dark).isNotEqualTo(light);

    browser.open(page.server().uri("/"));
    page.awaitConnected();
    assertThat(ground()).isEqualTo(dark);

    browser.find("#theme").click();
    assertThat(ground()).isEqualTo(light);
    browser.run("localStorage.clear()");
  }

  @ParameterizedTest
  @CsvSource({"1440, 900, light", "1440, 900, dark", "360, 780, light", "360, 780, dark"})
  void pageIsAccessible(int width, int height, String scheme) {
    browser.look(width, height, scheme);
    page.generate(4, 4);
    page.turnstile().letPass(2);
    page.card("shown-step", 2);
    page.generate(0, 1);
    browser.await("#steps[aria-invalid]");

    browser.run(Browser.resource("/axe.min.js"));
    Object violations =
        browser.runAndWait(
            """
            const done = arguments[0];
            axe.run().then(({ violations }) => done(violations.map(
                ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)));
            """);

    assertThat((List<?>) violations).isEmpty();
    Map<?, ?> sizes =
        (Map<?, ?>)
            browser.run(
                "const { scrollWidth, clientWidth } = document.documentElement;"
                    + "return { scrollWidth, clientWidth };");
    assertThat(sizes.get("scrollWidth")).isEqualTo(sizes.get("clientWidth"));
  }

  private static Object ground() {
    return browser.run("return getComputedStyle(document.body).backgroundColor");
  }
}
