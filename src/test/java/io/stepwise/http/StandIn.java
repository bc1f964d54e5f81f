package io.stepwise.http;

import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationEvent;
import io.stepwise.sampling.Preview;
import io.stepwise.sampling.SamplingService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.pattern.StatusReply;

/** A sampling service that renders previews by itself and otherwise does what the test says. */
final class StandIn {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestProbe<SamplingService.Command> probe;
  private final AtomicInteger renders = new AtomicInteger();
  private final ActorRef<SamplingService.Command> ref;

  /** Starts a service whose previews become files of so many bytes. */
  StandIn(ActorTestKit kit, int pngBytes) {
    this.probe = kit.createTestProbe();
    this.ref = kit.spawn(behavior(new byte[pngBytes]));
  }

  private Behavior<SamplingService.Command> behavior(byte[] png) {
    return Behaviors.receiveMessage(
        message -> {
          if (message instanceof SamplingService.GetModels get) {
            get.replyTo().tell(List.of(TestServer.TOY));
          } else if (message instanceof SamplingService.Render render) {
            renders.incrementAndGet();
            render.replyTo().tell(StatusReply.success(png));
          } else {
            probe.ref().tell(message);
          }
          return Behaviors.same();
        });
  }

  ActorRef<SamplingService.Command> ref() {
    return ref;
  }

  /** Returns how many previews were asked for. */
  int renders() {
    return renders.get();
  }

  <T extends SamplingService.Command> T expect(Class<T> message) {
    return probe.expectMessageClass(message, PATIENCE);
  }

  /** Expects that nothing is asked for a while. */
  void expectNothing(Duration forSoLong) {
    probe.expectNoMessage(forSoLong);
  }

  /** Accepts the next order. */
  SamplingService.Generate accept(int steps) {
    SamplingService.Generate order = expect(SamplingService.Generate.class);
    order
        .replyTo()
        .tell(new GenerationEvent.Accepted(order.request().id(), 7, order.request().n(), steps));
    return order;
  }

  static GenerationEvent.StepFinished step(
      SamplingService.Generate order, int index, int step, int of) {
    Preview preview = new Preview("toy", "abc", new float[] {step});
    return new GenerationEvent.StepFinished(order.request().id(), index, step, of, preview);
  }

  static GenerationEvent.ImageFinished image(
      SamplingService.Generate order, int index, byte[] png) {
    return new GenerationEvent.ImageFinished(
        order.request().id(), new GeneratedImage(index, 7, png));
  }
}
