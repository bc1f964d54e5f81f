package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PublishRuleTest {

  private static final Duration NOW = Duration.ZERO;

  @Test
  void withoutConditionsOnlyTheEndIsPublished() {
    assertThat(PublishRule.AT_END.isDue(5, false, true, Duration.ofDays(1))).isFalse();
    assertThat(PublishRule.AT_END.isDue(5, true, false, NOW)).isTrue();
  }

  @Test
  void eachConditionIsEnough() {
    PublishRule rule = new PublishRule(10, Duration.ofSeconds(3), true);

    assertThat(rule.isDue(20, false, false, NOW)).isTrue();
    assertThat(rule.isDue(21, false, false, NOW)).isFalse();
    assertThat(rule.isDue(21, false, false, Duration.ofSeconds(3))).isTrue();
    assertThat(rule.isDue(21, false, true, NOW)).isTrue();
    assertThat(rule.isDue(21, true, false, NOW)).isTrue();
  }

  @Test
  void endIsNotPublishedWhereOnlyImprovementsAre() {
    PublishRule rule = new PublishRule(null, null, true);

    assertThat(rule.isDue(21, true, false, NOW)).isFalse();
    assertThat(rule.isDue(21, true, true, NOW)).isTrue();
  }
}
