package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.ChoiceFollowing.Step;
import io.stepwise.sampling.ModelVersions.Canary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ChoiceFollowingTest {

  private final ChoiceFollowing following = new ChoiceFollowing("one");

  @Test
  void nothingIsToBeDoneForWhatIsUsed() {
    assertThat(following.next()).isNull();
    choose("one", null);
    assertThat(following.next()).isNull();
  }

  @Test
  void currentVersionIsUsedBeforeTheCanary() {
    choose("two", new Canary("three", 0.25));

    assertThat(used()).isEqualTo(new Step("two", null, false));
    assertThat(used()).isEqualTo(new Step("three", 0.25, false));
    assertThat(following.next()).isNull();
  }

  @Test
  void trialEndsWithTheChoiceThatHasNone() {
    choose("one", new Canary("two", 0.5));
    used();
    choose("one", null);

    assertThat(used()).isEqualTo(new Step("one", null, true));
    assertThat(following.next()).isNull();
  }

  @Test
  void otherShareOfTheSameCanaryIsFollowed() {
    choose("one", new Canary("two", 0.5));
    used();
    choose("one", new Canary("two", 0.75));

    assertThat(used()).isEqualTo(new Step("two", 0.75, false));
  }

  @Test
  void choiceThatCannotBeFollowedIsTriedAgainWhenToldSo() {
    choose("two", null);
    following.next();

    assertThat(following.hold()).isTrue();
    assertThat(following.hold()).isFalse();
    assertThat(following.next()).isNull();
    following.tryAgain();
    assertThat(following.next()).isEqualTo(new Step("two", null, true));
    following.hold();
    choose("three", null);
    assertThat(following.next()).isEqualTo(new Step("three", null, true));
  }

  @Test
  void whatWasOrderedHereIsNotTakenBackByAnEarlierChoice() {
    choose("two", null);
    used();
    following.used(new Step("three", null, true));
    following.choose(null);

    assertThat(following.next()).isNull();
  }

  private void choose(String current, @Nullable Canary canary) {
    following.choose(new VersionChoice("toy", current, canary));
  }

  private @Nullable Step used() {
    Step step = following.next();
    following.used(step);
    return step;
  }
}
