package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SystemEndTest {

  @Test
  void actorsThatEndAreWaitedFor() {
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "ends");
    SystemEnd end = new SystemEnd(system, Duration.ofMinutes(10));

    system.terminate();
    end.await();

    assertThat(system.getWhenTerminated().toCompletableFuture()).isDone();
  }

  @Test
  void actorThatHangsIsNotWaitedForLong() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    ActorSystem<Void> system = ActorSystem.create(hangingAtItsEnd(begun, release), "hangs");
    SystemEnd end = new SystemEnd(system, Duration.ofMillis(50));
    begun.await();

    system.terminate();
    end.await();

    assertThat(system.getWhenTerminated().toCompletableFuture()).isNotDone();
    release.countDown();
  }

  private static Behavior<Void> hangingAtItsEnd(CountDownLatch begun, CountDownLatch release) {
    return Behaviors.setup(
        context -> {
          begun.countDown();
          return Behaviors.receive(Void.class)
              .onSignal(
                  PostStop.class,
                  stopped -> {
                    release.await();
                    return Behaviors.same();
                  })
              .build();
        });
  }
}
