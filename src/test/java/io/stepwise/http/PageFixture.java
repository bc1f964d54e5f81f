package io.stepwise.http;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.ImageEncoder;
import io.stepwise.sampling.SamplingOptions;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.ServedModel;
import io.stepwise.sampling.ToyVersions;
import io.stepwise.settings.HttpSettings;
import io.stepwise.training.TrainingClient;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.openqa.selenium.WebElement;

/**
 * The page, open in a browser, of a server with a toy for a model that takes steps when told to.
 */
final class PageFixture implements AutoCloseable {

  static final int MOST_UNFINISHED = 24;

  private static final URI BLANK = URI.create("about:blank");
  private static final int MOST_IMAGES = 16;
  private static final int BATCH_ROWS = 16;

  private final ActorTestKit kit = ActorTestKit.create();
  private final Browser browser;
  private final Turnstile turnstile = new Turnstile();
  private final ToyModel toy = ToyModel.named("toy").disturbedBy(turnstile);
  private final ToyVersions versions = new ToyVersions(toy);
  private final ActorRef<SamplingService.Command> service = spawnService();
  private final StandInTrainer trainer = new StandInTrainer();
  private final Optional<TrainingClient> training;
  private TestServer server;

  private PageFixture(Browser browser, HttpSettings settings, boolean trains) {
    this.browser = browser;
    this.training =
        trains
            ? Optional.of(new TrainingClient(kit.spawn(trainer.behavior()), kit.system()))
            : Optional.empty();
    this.server = start(settings);
  }

  /** Opens the page and waits until it is connected. */
  static PageFixture open(Browser browser) {
    PageFixture page = open(browser, TestServer.SETTINGS);
    page.awaitConnected();
    return page;
  }

  /** Opens the page of a server that can train nothing and waits until it is connected. */
  static PageFixture openWithoutTraining(Browser browser) {
    PageFixture page = new PageFixture(browser, TestServer.SETTINGS, false);
    page.show();
    page.awaitConnected();
    return page;
  }

  /** Opens the page of a server with other settings. */
  static PageFixture open(Browser browser, HttpSettings settings) {
    PageFixture page = new PageFixture(browser, settings, true);
    page.show();
    return page;
  }

  Turnstile turnstile() {
    return turnstile;
  }

  /** Returns the versions of the toy, of which there is one more than it is served with. */
  ToyVersions versions() {
    return versions;
  }

  StandInTrainer trainer() {
    return trainer;
  }

  TestServer server() {
    return server;
  }

  void awaitConnected() {
    browser.await("[data-connection=open]");
    browser.await("#model option");
  }

  /** Fills in the form and sends it. */
  void generate(int steps, int images) {
    browser.enter("#steps", Integer.toString(steps));
    browser.enter("#n", Integer.toString(images));
    browser.find("#generate").click();
  }

  /** Returns the newest card once it is so far. */
  WebElement card(String attribute, Object value) {
    return browser.await(".card:first-child[data-" + attribute + "='" + value + "']");
  }

  /** Stops the server and starts another one where it was. */
  void stopServer() {
    server.close();
  }

  void startServerAgain() {
    int port = server.server().address().getPort();
    server = start(TestServer.settings("127.0.0.1", port));
  }

  @Override
  public void close() {
    turnstile.open();
    browser.open(BLANK);
    server.close();
    kit.shutdownTestKit();
  }

  private void show() {
    browser.look(1440, 900, "light");
    browser.open(server.uri("/"));
  }

  private TestServer start(HttpSettings settings) {
    return TestServer.start(kit.system(), service, training, settings, HttpServer.Times.STANDARD);
  }

  private ActorRef<SamplingService.Command> spawnService() {
    SamplingOptions.Requests requests =
        new SamplingOptions.Requests(
            MOST_IMAGES, 1000, 50, Duration.ofMinutes(5), Duration.ofMinutes(5));
    SamplingOptions.Replicas replicas =
        new SamplingOptions.Replicas(
            BATCH_ROWS,
            1,
            3,
            Duration.ofMinutes(3),
            Duration.ofMillis(10),
            Duration.ofSeconds(1),
            1);
    SamplingOptions options = new SamplingOptions(requests, replicas, "fifo", MOST_UNFINISHED, 2);
    versions.add(1);
    ServedModel model = ServedModel.of(toy, 1, 1).versionedIn(versions);
    return kit.spawn(SamplingService.create(List.of(model), options, ImageEncoder.png()));
  }
}
