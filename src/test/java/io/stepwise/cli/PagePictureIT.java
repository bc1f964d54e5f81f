package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.http.Browser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of the program with the shipped model. What it looks like lies in {@code
 * target/screenshots} afterwards, or in the folder that the property {@code stepwise.screenshots}
 * names.
 */
final class PagePictureIT {

  private static final Path PICTURES =
      Path.of(System.getProperty("stepwise.screenshots", "target/screenshots"));

  @TempDir private Path folder;

  @Test
  void shippedModelIsSeenAtWorkInBothThemesAndWidths() throws Exception {
    try (ServerProcess server = ServerProcess.start(List.of());
        Browser browser = Browser.start(folder)) {
      server.awaitReady();
      browser.look(1440, 900, "light");
      browser.open(server.uri("/"));
      browser.await("[data-connection=open]");
      browser.await("a sneaker", () -> choose(browser, "#prompt option[value=sneaker]"));
      browser.find("#mix").click();
      browser.await("50 steps", () -> browser.count(".card[data-state=completed]") == 2);
      browser.find("#prompt option[value=bag]").click();
      browser.find("#generate").click();
      browser.await(
          "half of the bags", () -> shownStep(browser) > 24 || browser.count(".card") < 4);
      browser.find("#pause").click();

      save(browser, "page-light-wide", 1440);
      browser.look(1440, 900, "dark");
      save(browser, "page-dark-wide", 1440);
      browser.look(360, 780, "dark");
      save(browser, "page-dark-narrow", 360);
      browser.look(360, 780, "light");
      save(browser, "page-light-narrow", 360);

      browser.look(1440, 900, "light");
      browser.await("all done", () -> browser.count(".card[data-state=completed]") == 4);
      assertThat(browser.find(".replica").getDomAttribute("data-mixed")).isNotEqualTo("0");
      assertThat(browser.errors()).isEmpty();
    }
  }

  /** Chooses an option once it is there; a list that is just filled anew is tried again. */
  private static boolean choose(Browser browser, String option) {
    browser.await(option).click();
    return true;
  }

  private static int shownStep(Browser browser) {
    String shown = browser.find(".card").getDomAttribute("data-shown-step");
    return shown == null ? 0 : Integer.parseInt(shown);
  }

  private static void save(Browser browser, String name, int width) throws IOException {
    browser.runAndWait(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done));");
    byte[] png = browser.picture();
    assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(width);
    Files.createDirectories(PICTURES);
    Files.write(PICTURES.resolve(name + ".png"), png);
  }
}
