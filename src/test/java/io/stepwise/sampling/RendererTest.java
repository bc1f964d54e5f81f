package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ToyModel;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class RendererTest {

  private static final ActorTestKit KIT = Toys.newKit();
  private static final byte[] PNG = {1, 2, 3};

  private final TestProbe<Finisher.Command> finisher = KIT.createTestProbe();
  private final TestProbe<Router.Order> router = KIT.createTestProbe();
  private final TestProbe<StatusReply<byte[]>> caller = KIT.createTestProbe();
  private final TestProbe<StatusReply<byte[]>> other = KIT.createTestProbe();
  private final ActorRef<Renderer.Command> renderer =
      KIT.spawn(
          Renderer.create(
              List.of(
                  new Renderer.Source(ToyModel.named("pixels").description(), router.ref()),
                  new Renderer.Source(
                      new LatentToy(ToyModel.named("latents")).description(), router.ref())),
              finisher.ref(),
              2));

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void noMorePreviewsAreGivenToTheFinishersThanTheyHaveThreads() {
    IntStream.range(0, 3).forEach(i -> render("pixels", i, caller));
    Finisher.Draw first = finisher.expectMessageClass(Finisher.Draw.class);
    Finisher.Draw second = finisher.expectMessageClass(Finisher.Draw.class);
    flush();
    finisher.expectNoMessage(Duration.ZERO);

    renderer.tell(new Renderer.Drawn(second.id(), StatusReply.success(PNG)));

    Finisher.Draw third = finisher.expectMessageClass(Finisher.Draw.class);
    assertThat(List.of(first.image()[0], second.image()[0], third.image()[0]))
        .containsExactly(0f, 1f, 2f);
    assertThat(caller.receiveMessage().getValue()).isEqualTo(PNG);
  }

  @Test
  void latentsAreDecodedBeforeTheyAreDrawn() {
    render("latents", 5, caller);
    Router.Decode decode = router.expectMessageClass(Router.Decode.class);
    assertThat(decode.state()[0]).isEqualTo(5);
    float[] image = LatentToy.decoded(decode.state());

    renderer.tell(new Renderer.Decoded(decode.id(), image));

    Finisher.Draw draw = finisher.expectMessageClass(Finisher.Draw.class);
    assertThat(draw.image()).isSameAs(image);
    assertThat(draw.shape().width()).isEqualTo(6);
  }

  @Test
  void latentThatWasNotDecodedIsAnErrorOfItsOwn() {
    render("latents", 5, caller);
    render("latents", 6, other);
    Router.Decode first = router.expectMessageClass(Router.Decode.class);
    renderer.tell(new Renderer.NotDecoded(first.id(), "its replica died"));

    assertThat(caller.receiveMessage().getError()).hasMessage("its replica died");
    flush();
    other.expectNoMessage(Duration.ZERO);
  }

  @Test
  void moreThanTheBoundAreRefusedUntilOneIsMade() {
    IntStream.range(0, Renderer.MOST).forEach(i -> render("latents", i, caller));
    render("latents", 0, other);
    render("pixels", 0, other);

    String message = "previews: more than 256 are wanted at the same time";
    assertThat(other.receiveMessage().getError()).hasMessage(message);
    assertThat(other.receiveMessage().getError()).hasMessage(message);
    Router.Decode one = router.expectMessageClass(Router.Decode.class);
    renderer.tell(new Renderer.NotDecoded(one.id(), "lost"));
    render("pixels", 0, other);
    finisher.expectMessageClass(Finisher.Draw.class);
  }

  /** Waits until the renderer has heard all that it was told. */
  private void flush() {
    TestProbe<StatusReply<byte[]>> bell = KIT.createTestProbe();
    render("nobody", 0, bell);
    assertThat(bell.receiveMessage().isError()).isTrue();
  }

  private void render(String model, int value, TestProbe<StatusReply<byte[]>> replyTo) {
    float[] state = new float[6];
    state[0] = value;
    renderer.tell(new Renderer.Render(new Preview(model, "x", state), replyTo.ref()));
  }
}
