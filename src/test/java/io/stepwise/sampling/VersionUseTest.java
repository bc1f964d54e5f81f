package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.network.ModelDescription;
import io.stepwise.network.ToyModel;
import io.stepwise.sampling.ModelVersions.Canary;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class VersionUseTest {

  private static final ModelDescription OLD = ToyModel.named("toy").description();
  private static final ModelDescription NEW = OLD.withDigest("new");

  private final RequestResolver resolver =
      new RequestResolver(
          List.of(new ServedModel(ToyModel.named("toy"), new ToyPlans(), 1, 1)),
          Toys.requests(),
          () -> 0);
  private final VersionUse use = new VersionUse(OLD);

  @Test
  void requestsBeginOnTheCurrentVersion() {
    assertThat(use.choose(request("a"))).isEqualTo(OLD.digest());

    use.begin("new");
    assertThat(use.choose(request("a"))).as("while it is loaded").isEqualTo(OLD.digest());

    use.use(NEW);
    assertThat(use.choose(request("a"))).isEqualTo("new");
    assertThat(use.current()).isEqualTo(NEW);
  }

  @Test
  void versionIsInUseUntilItsLastGenerationEnds() {
    pin("a", 2);
    pin("b", 3);
    use.begin("new");
    use.use(NEW);
    pin("c", 1);

    assertThat(use.images()).containsEntry(OLD.digest(), 5).containsEntry("new", 1).hasSize(2);
    use.unpin("a");
    assertThat(use.takeUnused()).isEmpty();
    use.unpin("b");
    assertThat(use.takeUnused()).containsExactly(OLD.digest());
    assertThat(use.takeUnused()).as("told once").isEmpty();
    assertThat(use.inUse()).containsExactly("new");
  }

  @Test
  void versionThatIsAboutToBeUsedAgainIsNotGivenUp() {
    pin("a", 1);
    use.begin("new");
    use.use(NEW);
    use.begin(OLD.digest());
    use.unpin("a");

    assertThat(use.takeUnused()).isEmpty();
    use.use(OLD);
    assertThat(use.takeUnused()).containsExactly("new");
  }

  @Test
  void abandonedVersionIsUnused() {
    use.begin("new");
    assertThat(use.takeUnused()).isEmpty();

    use.abandon();

    assertThat(use.takeUnused()).containsExactly("new");
    assertThat(use.choose(request("a"))).isEqualTo(OLD.digest());
  }

  @Test
  void canaryGetsItsShareAndTheSameRequestsEachTime() {
    use.begin("new");
    use.tryOut(new Canary("new", 0.2));
    List<String> first = choices();

    assertThat(choices()).isEqualTo(first);
    assertThat(first.stream().filter("new"::equals).count()).isBetween(900L, 1100L);
    assertThat(use.takeUnused()).isEmpty();
  }

  @Test
  void largerShareKeepsTheRequestsOfASmallerOne() {
    use.begin("new");
    use.tryOut(new Canary("new", 0.1));
    List<String> few = choices();
    use.tryOut(new Canary("new", 0.5));
    List<String> many = choices();

    assertThat(IntStream.range(0, few.size()).filter(i -> few.get(i).equals("new")))
        .allMatch(i -> many.get(i).equals("new"));
  }

  @Test
  void seedDecidesAndOtherwiseTheIdempotencyKey() {
    use.begin("new");
    use.tryOut(new Canary("new", 0.5));

    for (int i = 0; i < 50; i++) {
      long seed = i;
      String key = "key-" + i;
      assertThat(use.choose(GenerationRequest.builder("a" + i).seed(seed).build()))
          .isEqualTo(use.choose(GenerationRequest.builder("b" + i).seed(seed).build()));
      assertThat(use.choose(GenerationRequest.builder("a" + i).idempotencyKey(key).build()))
          .isEqualTo(use.choose(GenerationRequest.builder("b" + i).idempotencyKey(key).build()));
    }
  }

  @Test
  void requestThatNamesAVersionGetsItWhateverTheShare() {
    use.begin("new");
    use.tryOut(new Canary("new", 0.01));

    for (int i = 0; i < 100; i++) {
      assertThat(use.choose(naming("new", i))).isEqualTo("new");
      assertThat(use.choose(naming(OLD.digest(), i))).isEqualTo(OLD.digest());
    }
    assertThat(use.offered()).containsExactly(OLD.digest(), "new");
  }

  @Test
  void versionThatNoNewImagesBeginOnIsRefused() {
    pin("a", 1);
    use.begin("new");
    assertThatThrownBy(() -> use.choose(naming("new", 0)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("version: \"new\" (expected: one of " + OLD.digest() + ")");

    use.use(NEW);

    assertThatThrownBy(() -> use.choose(naming(OLD.digest(), 0)))
        .as("though an image is under way on it")
        .isInstanceOf(InvalidRequestException.class);
  }

  @Test
  void promotionEndsTheTrial() {
    use.begin("new");
    use.tryOut(new Canary("new", 0.5));

    use.use(NEW);

    assertThat(use.canary()).isNull();
    assertThat(use.takeUnused()).containsExactly(OLD.digest());
  }

  @Test
  void publishedVersionLeavesTheTrialOfAnother() {
    use.begin("new");
    use.tryOut(new Canary("new", 0.5));

    use.begin("newer");
    use.use(OLD.withDigest("newer"));

    assertThat(use.canary()).isEqualTo(new Canary("new", 0.5));
    assertThat(use.takeUnused()).containsExactly(OLD.digest());
  }

  private List<String> choices() {
    return IntStream.range(0, 5000).mapToObj(i -> use.choose(request("request-" + i))).toList();
  }

  private void pin(String id, int images) {
    GenerationRequest request = GenerationRequest.builder(id).n(images).build();
    use.pin(resolver.resolve(request, 0).on(use.choose(request)));
  }

  private static GenerationRequest naming(String version, int number) {
    return GenerationRequest.builder("request-" + number).version(version).build();
  }

  private static GenerationRequest request(String id) {
    return GenerationRequest.builder(id).build();
  }
}
