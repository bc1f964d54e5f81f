package io.stepwise.http;

import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** A sampling service that does what the test says, message by message. */
final class ServiceProbe {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestProbe<SamplingService.Command> probe;

  ServiceProbe(ActorTestKit kit) {
    this.probe = kit.createTestProbe();
  }

  ActorRef<SamplingService.Command> ref() {
    return probe.ref();
  }

  <T extends SamplingService.Command> T expect(Class<T> message) {
    return probe.expectMessageClass(message, PATIENCE);
  }

  /** Ends the service; what it was asked and has not answered stays unanswered. */
  void stop() {
    probe.stop();
  }

  /** Tells that the toy model is served, and returns the order that follows. */
  SamplingService.Generate expectGenerate() {
    expect(SamplingService.GetModels.class).replyTo().tell(List.of(TestServer.TOY));
    return expect(SamplingService.Generate.class);
  }

  /** Returns the result of one image whose file holds its id. */
  static GenerationResult.Completed completed(String id) {
    byte[] png = ("PNG of " + id).getBytes(StandardCharsets.UTF_8);
    return new GenerationResult.Completed(
        id,
        "toy",
        "abc",
        List.of(new GeneratedImage(0, 7, png)),
        List.of(),
        new Usage(Duration.ofMillis(3), Duration.ofMillis(40), 50));
  }

  static void complete(SamplingService.Generate order) {
    order.replyTo().tell(completed(order.request().id()));
  }
}
