package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.image.FloatImage;
import io.stepwise.image.GenerationParameters;
import io.stepwise.image.Png;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped model, served by the program in a process of its own. */
final class ServeProcessIT {

  private ServerProcess server;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    server = ServerProcess.start(List.of());
    server.awaitReady();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void requestIsAnsweredWithAPngThatTellsHowItWasMade() throws IOException {
    JsonNode answer =
        server.generated(
            """
            {"prompt": "sneaker", "seed": 7, "steps": 10, "solver": "ddim", "guidance": 2}
            """);

    byte[] png = Base64.getDecoder().decode(answer.at("/data/0/b64_json").asText());
    FloatImage image = Png.decode(png);
    assertThat(List.of(image.channels(), image.height(), image.width()))
        .isEqualTo(List.of(1, 28, 28));
    Map<String, String> texts = Png.texts(png);
    GenerationParameters parameters =
        GenerationParameters.parse(texts.get(GenerationParameters.KEYWORD));
    assertThat(parameters.label()).isEqualTo("sneaker");
    assertThat(parameters.snapshot()).isEqualTo(answer.get("snapshot").asText()).hasSize(64);
    assertThat(parameters.steps()).isEqualTo(10);
    assertThat(parameters.guidance()).isEqualTo(2);
    assertThat(parameters.seed()).isEqualTo(7);
  }

  /**
   * What the allocator holds back for the next call moves by a few percent from call to call, and
   * is settled only after some thousand steps: so the first images take more steps than the others,
   * and each reading is the better of several. Batches are small from the first to the last: left
   * to itself the service may find only later that large ones pay, which need some 60 MiB more.
   */
  @Test
  void processIsNoLargerAfterTwoThousandImagesThanAfterTwoHundred()
      throws IOException, InterruptedException {
    server.close();
    server = ServerProcess.start(List.of(), Map.of("STEPWISE_SAMPLING_MAX_BATCH_SIZE", "4"));
    server.awaitReady();

    LongSummaryStatistics first = residentKiBWhileMaking(200, 20);
    residentKiBWhileMaking(1300, 4);
    LongSummaryStatistics last = residentKiBWhileMaking(500, 4);

    assertThat(last.getMin()).isLessThan(first.getMax() + first.getMax() / 20);
  }

  @Test
  void acceptedWorkIsFinishedOnSigterm() throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> answer =
        server.generate("{\"prompt\": \"bag\", \"n\": 4, \"steps\": 200, \"id\": \"long\"}");
    while (server.get("/v1/generations/long").statusCode() != 200) {
      Thread.onSpinWait();
    }

    server.terminate();

    assertThat(answer.join().statusCode()).isEqualTo(200);
    assertThat(server.awaitExit()).isTrue();
    assertThat(server.log()).anyMatch(line -> line.contains("stopped"));
  }

  private LongSummaryStatistics residentKiBWhileMaking(int count, int steps) throws IOException {
    LongSummaryStatistics resident = new LongSummaryStatistics();
    for (int made = 0; made < count; made += 50) {
      server.generated(
          "{\"prompt\": \"\", \"n\": 50, \"steps\": " + steps + ", \"seed\": " + made + "}");
      resident.accept(server.residentKiB());
    }
    return resident;
  }

  @Test
  void brokenModelFolderIsNamedAndNothingIsServed(@TempDir Path folder)
      throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("unet"));
    Files.writeString(folder.resolve("unet/config.json"), "{\"_class_name\": ");

    try (ServerProcess broken = ServerProcess.start(List.of("--model", folder.toString()))) {
      assertThat(broken.awaitExit()).isTrue();
      assertThat(broken.log())
          .singleElement()
          .asString()
          .contains("unet/config.json")
          .contains("not a JSON object");
    }
  }
}
