package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.http.SocketClient.Message;
import io.stepwise.sampling.SamplingService;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that stops reading and comes back, over a real connection. */
class SlowReaderIT {

  private static final ActorTestKit KIT = ActorTestKit.create();

  /** So large that the network holds few of them. */
  private static final int PNG_BYTES = 1 << 20;

  private static final int IMAGES = 4;
  private static final int STEPS = 200;

  private final StandIn service = new StandIn(KIT, PNG_BYTES);
  private final TestServer server = TestServer.start(KIT.system(), service.ref());

  @AfterEach
  void stop() {
    server.close();
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void readerThatComesBackGetsTheNewestPreviewsAndEveryImage() {
    SocketClient client = SocketClient.openPaused(server.socketUri());
    client.send("{\"type\": \"generate\", \"id\": \"a\", \"n\": " + IMAGES + "}");
    SamplingService.Generate order = service.accept(STEPS);
    for (int step = 1; step < STEPS; step++) {
      for (int image = 0; image < IMAGES; image++) {
        order.replyTo().tell(StandIn.step(order, image, step, STEPS));
      }
    }
    awaitHandled(client);
    client.resume();

    List<Message> steps = new ArrayList<>();
    boolean[] isNewestShown = new boolean[IMAGES];
    for (int newest = 0; newest < IMAGES; ) {
      Message message = client.next();
      if (message.type().equals("step")) {
        steps.add(message);
        assertThat(message.png()).hasSize(PNG_BYTES);
        if (message.number("step") == STEPS - 1) {
          isNewestShown[message.number("index")] = true;
          newest++;
        }
      }
    }
    assertThat(isNewestShown).containsOnly(true);
    assertThat(steps).hasSizeLessThan(IMAGES * 30);
    assertThat(service.renders()).isEqualTo(steps.size());
    assertThatStepsNeverGoBack(steps);

    for (int image = 0; image < IMAGES; image++) {
      order.replyTo().tell(StandIn.image(order, image, new byte[image]));
    }
    for (int image = 0; image < IMAGES; image++) {
      Message message = client.next("image");
      assertThat(message.number("index")).isEqualTo(image);
      assertThat(message.png()).hasSize(image);
    }
    client.close();
  }

  @Test
  void imagesWaitForAReaderHoweverLate() {
    SocketClient client = SocketClient.openPaused(server.socketUri());
    client.send("{\"type\": \"generate\", \"id\": \"a\", \"n\": " + IMAGES + "}");
    SamplingService.Generate order = service.accept(STEPS);
    for (int image = 0; image < IMAGES; image++) {
      for (int step = 1; step < STEPS; step++) {
        order.replyTo().tell(StandIn.step(order, image, step, STEPS));
      }
      order.replyTo().tell(StandIn.image(order, image, new byte[4 * PNG_BYTES]));
    }
    order.replyTo().tell(ServiceProbe.completed(order.request().id()));
    awaitHandled(client);
    client.resume();

    List<Integer> images = new ArrayList<>();
    Message message = client.next();
    while (!message.type().equals("done")) {
      if (message.type().equals("image")) {
        assertThat(message.png()).hasSize(4 * PNG_BYTES);
        images.add(message.number("index"));
      }
      message = client.next();
    }
    assertThat(images).containsExactly(0, 1, 2, 3);
    client.close();
  }

  /** Waits until the socket has taken all that it was told so far. */
  private void awaitHandled(SocketClient client) {
    client.send("{\"type\": \"watch\", \"topic\": \"fleet\"}");
    service.expect(SamplingService.WatchFleet.class);
  }

  private static void assertThatStepsNeverGoBack(List<Message> steps) {
    int[] newest = new int[IMAGES];
    for (Message step : steps) {
      int image = step.number("index");
      assertThat(step.number("step")).isGreaterThan(newest[image]);
      newest[image] = step.number("step");
    }
  }
}
