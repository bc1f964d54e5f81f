package io.stepwise.http;

import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationEvent;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.Preview;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.Usage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.pattern.StatusReply;

/**
 * A sampling service in which every image of every generation takes a step at each tick, so that
 * the cadence of what clients see is that of the streams alone.
 */
final class PacedService {

  private final int steps;
  private final Duration tick;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final Map<String, Running> running = new HashMap<>();
  private final Map<String, AtomicInteger> renders = new ConcurrentHashMap<>();

  private static final class Running {

    private final SamplingService.Generate order;
    private int step;

    Running(SamplingService.Generate order) {
      this.order = order;
    }
  }

  /**
   * Makes images of so many steps, one a tick; a prompt says how many KiB their files have.
   *
   * @param tick time between the steps
   */
  PacedService(int steps, Duration tick) {
    this.steps = steps;
    this.tick = tick;
  }

  private byte[] file(String prompt) {
    return files.computeIfAbsent(prompt, kib -> new byte[Integer.parseInt(kib) << 10]);
  }

  /** Returns how many previews were encoded for generations of this prompt. */
  int renders(String prompt) {
    return renders.getOrDefault(prompt, new AtomicInteger()).get();
  }

  Behavior<SamplingService.Command> behavior() {
    return Behaviors.withTimers(this::behavior);
  }

  private Behavior<SamplingService.Command> behavior(
      TimerScheduler<SamplingService.Command> timers) {
    // A message that nobody else sends serves as the tick.
    SamplingService.Drain step = new SamplingService.Drain(null);
    timers.startTimerAtFixedRate(step, tick);
    return Behaviors.receiveMessage(
        message -> {
          if (message == step) {
            takeSteps();
          } else {
            handle(message);
          }
          return Behaviors.same();
        });
  }

  private void handle(SamplingService.Command message) {
    if (message instanceof SamplingService.GetModels get) {
      get.replyTo().tell(List.of(TestServer.TOY));
    } else if (message instanceof SamplingService.Generate order) {
      String id = order.request().id();
      running.put(id, new Running(order));
      order.replyTo().tell(new GenerationEvent.Accepted(id, 7, order.request().n(), steps));
    } else if (message instanceof SamplingService.Leave leave) {
      running.remove(leave.id());
    } else if (message instanceof SamplingService.Render render) {
      String prompt = render.preview().model();
      renders.computeIfAbsent(prompt, key -> new AtomicInteger()).incrementAndGet();
      render.replyTo().tell(StatusReply.success(file(prompt)));
    }
  }

  private void takeSteps() {
    for (Iterator<Running> all = running.values().iterator(); all.hasNext(); ) {
      Running generation = all.next();
      generation.step++;
      if (generation.step < steps) {
        tellStep(generation);
      } else {
        all.remove();
        tellEnd(generation.order);
      }
    }
  }

  private void tellStep(Running generation) {
    SamplingService.Generate order = generation.order;
    for (int image = 0; image < order.request().n(); image++) {
      Preview preview = new Preview(order.request().prompt(), "abc", new float[784]);
      order
          .replyTo()
          .tell(
              new GenerationEvent.StepFinished(
                  order.request().id(), image, generation.step, steps, preview));
    }
  }

  private void tellEnd(SamplingService.Generate order) {
    List<GeneratedImage> images =
        IntStream.range(0, order.request().n())
            .mapToObj(index -> new GeneratedImage(index, 7, file(order.request().prompt())))
            .toList();
    String id = order.request().id();
    images.forEach(image -> order.replyTo().tell(new GenerationEvent.ImageFinished(id, image)));
    order
        .replyTo()
        .tell(
            new GenerationResult.Completed(
                id,
                "toy",
                "abc",
                images,
                List.of(),
                new Usage(Duration.ZERO, tick.multipliedBy(steps), steps)));
  }
}
