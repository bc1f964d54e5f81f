package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The page of a server that lets only the holders of keys in. */
class PageKeyIT {

  private static final String KEY = "stepwise-key_of-the-page";

  @TempDir private Path folder;

  @Test
  void keyIsAskedForAndKeptUntilTheTabIsClosed() {
    String keys = "api-keys = [" + ApiKeysIT.entry("alice", KEY, "") + "]";
    try (Browser browser = Browser.start(folder);
        PageFixture page = PageFixture.open(browser, TestServer.settings(keys))) {
      browser.await("#key-form:not([hidden])");
      browser.press("wrong", Keys.ENTER);
      browser.await(
          "the refusal", () -> browser.find("#key-error").getText().contains("not known"));
      assertThat(browser.count("[data-connection=open]")).isZero();

      browser.enter("#key", KEY + Keys.ENTER);
      page.awaitConnected();
      assertThat(browser.find("#key-form").isDisplayed()).isFalse();
      page.turnstile().open();
      page.generate(2, 1);
      page.card("state", "completed");
      assertThat(browser.run("return localStorage.length")).isEqualTo(0L);

      browser.open(page.server().uri("/"));
      page.awaitConnected();
      assertThat(browser.errors()).isEmpty();
    }
  }
}
