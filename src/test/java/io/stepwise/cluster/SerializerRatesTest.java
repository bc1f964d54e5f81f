package io.stepwise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class SerializerRatesTest {

  @Test
  void messagesAreSmallestAsWeWriteThem() throws IOException {
    TestNode node = TestNode.start();
    try {
      List<SerializerRates.Rate> rates = new SerializerRates(node.kit.system()).measure(1);

      assertThat(rates)
          .extracting(SerializerRates.Rate::message)
          .containsOnly("Make", "StateReported", "StepTaken");
      assertThat(rates).allMatch(rate -> rate.messagesPerSecond() > 0);
      Map<String, Map<String, Integer>> bytes =
          rates.stream()
              .collect(
                  Collectors.groupingBy(
                      SerializerRates.Rate::message,
                      Collectors.toMap(SerializerRates.Rate::format, SerializerRates.Rate::bytes)));
      assertThat(bytes.values())
          .allSatisfy(each -> assertThat(each.get("Kryo")).isLessThan(each.get("CBOR")))
          .allSatisfy(each -> assertThat(each.get("Kryo")).isLessThan(each.get("Java")));
      assertThat(bytes.get("StepTaken")).containsEntry("Kryo", 15);
    } finally {
      node.stop();
    }
  }
}
