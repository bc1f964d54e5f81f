package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.ServedModel;
import io.stepwise.sampling.ToyVersions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Which version's images come out of a path of the Open Inference Protocol. */
class InferenceVersionsIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final String OLD = "0123456789abcdef";
  private static final String NEW = "0123456889abcdef";

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void pathOfAVersionIsServedByItWhileAnotherIsOnTrial() {
    ActorRef<SamplingService.Command> service = service();
    try (TestServer server = TestServer.start(KIT.system(), service)) {
      activate(server, "{\"canary\": 0.5}");

      assertThat(server.get("/v2/models/toy").json().path("versions").toString())
          .isEqualTo("[\"%s\",\"%s\"]".formatted(OLD, NEW));
      for (int seed = 0; seed < 20; seed++) {
        assertThat(versionOf(infer(server, "/versions/" + OLD, seed))).isEqualTo(OLD);
        assertThat(versionOf(infer(server, "/versions/" + NEW, seed))).isEqualTo(NEW);
      }
    } finally {
      KIT.stop(service);
    }
  }

  @Test
  void severalSeedsAreOfTheOneVersionThatTheAnswerNames() {
    ActorRef<SamplingService.Command> service = service();
    try (TestServer server = TestServer.start(KIT.system(), service)) {
      activate(server, "{\"canary\": 0.5}");
      Answer all = infer(server, "", 0, 1, 2, 3, 4, 5, 6, 7);

      assertThat(versionOf(all)).isEqualTo(OLD);
      assertThat(all.json().at("/outputs/0/data"))
          .isEqualTo(
              infer(server, "/versions/" + OLD, 0, 1, 2, 3, 4, 5, 6, 7)
                  .json()
                  .at("/outputs/0/data"));
      List<String> alone = new ArrayList<>();
      for (int seed = 0; seed < 8; seed++) {
        alone.add(versionOf(infer(server, "", seed)));
      }
      assertThat(alone).as("one seed may be on trial").contains(OLD, NEW);
    } finally {
      KIT.stop(service);
    }
  }

  @Test
  void pathOfAVersionThatIsServedNoLongerIsNotFound() {
    ActorRef<SamplingService.Command> service = service();
    try (TestServer server = TestServer.start(KIT.system(), service)) {
      activate(server, "");

      Answer gone = infer(server, "/versions/" + OLD, 1);

      assertThat(gone.status()).isEqualTo(404);
      assertThat(gone.json().path("error").asText())
          .isEqualTo("version: \"%s\" (expected: one of %s, or none)".formatted(OLD, NEW));
    } finally {
      KIT.stop(service);
    }
  }

  @Test
  void requestThatNamesNoVersionIsAskedForAgainWhenTheVersionChangesMeanwhile() {
    List<String> asked = new CopyOnWriteArrayList<>();
    ActorRef<SamplingService.Command> service = changingAfterTheFirstRequest(asked);
    try (TestServer server = TestServer.start(KIT.system(), service)) {
      Answer unversioned = infer(server, "", 1, 2);
      assertThat(unversioned.status()).as("how the second attempt ends").isEqualTo(503);
      assertThat(asked).hasSize(4);

      asked.clear();
      Answer versioned = infer(server, "/versions/digest of toy".replace(" ", "%20"), 1, 2);
      assertThat(versioned.status()).isEqualTo(404);
      assertThat(asked).hasSize(2).containsOnly("digest of toy");
    } finally {
      KIT.stop(service);
    }
  }

  private static ActorRef<SamplingService.Command> service() {
    ToyModel base = ToyModel.of(ToyModel.named("toy").description().withDigest(OLD));
    ToyVersions versions = new ToyVersions(base);
    versions.add(1, ToyModel.of(base.description().withDigest(NEW)));
    return ToyService.spawn(KIT, ServedModel.of(base, 1, 1).versionedIn(versions));
  }

  /** Starts a service that says of each first pair of images that it has no such version. */
  private static ActorRef<SamplingService.Command> changingAfterTheFirstRequest(
      List<String> asked) {
    return KIT.spawn(
        Behaviors.receiveMessage(
            message -> {
              if (message instanceof SamplingService.GetModels get) {
                get.replyTo().tell(List.of(TestServer.TOY));
              } else if (message instanceof SamplingService.Generate generate) {
                asked.add(String.valueOf(generate.request().version()));
                String id = generate.request().id();
                generate
                    .replyTo()
                    .tell(
                        asked.size() <= 2
                            ? new GenerationResult.Invalid(id, "version", "version: it is gone")
                            : new GenerationResult.Failed(id, "it was asked for again"));
              }
              return Behaviors.same();
            }));
  }

  private static void activate(TestServer server, String body) {
    String path = "/v1/models/toy/snapshots/" + NEW + ":activate";
    assertThat(server.send("POST", path, body).join().status()).isEqualTo(200);
  }

  private static Answer infer(TestServer server, String version, Integer... seeds) {
    String tensor = "{\"name\": \"%s\", \"datatype\": \"INT64\", \"shape\": [%d], \"data\": %s}";
    String body =
        "{\"inputs\": [%s, %s]}"
            .formatted(
                tensor.formatted("seed", seeds.length, List.of(seeds)),
                tensor.formatted("steps", 1, "[2]"));
    return server.send("POST", "/v2/models/toy" + version + "/infer", body).join();
  }

  private static String versionOf(Answer answer) {
    return answer.json().path("model_version").asText();
  }
}
