package io.stepwise.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServerSentEventsTest {

  private static List<String> read(String... lines) {
    List<String> events = new ArrayList<>();
    ServerSentEvents reader = new ServerSentEvents((name, data) -> events.add(name + "|" + data));
    List.of(lines).forEach(reader::onNext);
    return events;
  }

  @Test
  void eventEndsWithAnEmptyLine() {
    assertThat(read("event: a", "data: {}", "", "data:x", "", "event: b", "data: cut off"))
        .containsExactly("a|{}", "|x");
  }

  @Test
  void dataOfSeveralLinesIsOneText() {
    assertThat(read("data: 1", "data:", "data:  2", "")).containsExactly("|1\n\n 2");
  }

  @Test
  void commentsOtherFieldsAndEventsWithoutDataAreLeftOut() {
    assertThat(read(": keepalive", "", "event: a", "id: 7", "retry: 1", "", "data: x", ""))
        .containsExactly("|x");
  }
}
