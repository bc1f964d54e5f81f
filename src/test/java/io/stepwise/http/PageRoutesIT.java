package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageRoutesIT {

  private static final Path SOURCES = Path.of("src/main/resources/page");
  private static final Pattern IMPORT = Pattern.compile("^import .* from \"([^\"]+)\";$");
  private static final Pattern REFERENCE = Pattern.compile(" (?:src|href)=\"page/([^\"]+)\"");

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestServer server = TestServer.start(kit.system(), new ServiceProbe(kit).ref());

  @AfterAll
  void stop() {
    server.close();
    kit.shutdownTestKit();
  }

  @Test
  void everyFileOfThePageIsServedAsItIs() throws IOException {
    for (String name : PageRoutes.FILES) {
      Answer answer = server.get("/page/" + name);
      assertThat(answer.status()).as(name).isEqualTo(200);
      assertThat(answer.body()).as(name).isEqualTo(Files.readAllBytes(SOURCES.resolve(name)));
    }
    assertThat(server.get("/").body()).isEqualTo(server.get("/page/index.html").body());
  }

  @Test
  void noFileOfThePageIsForgotten() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<String> names =
          files
              .filter(Files::isRegularFile)
              .map(file -> SOURCES.relativize(file).toString())
              .toList();
      assertThat(PageRoutes.FILES).containsExactlyInAnyOrderElementsOf(names);
    }
  }

  /** A missing module would be seen only by who needs it. */
  @Test
  void everyFileIsReachedFromTheFirstOneAndReachesNothingElse() throws IOException {
    Set<String> named =
        REFERENCE
            .matcher(Files.readString(SOURCES.resolve("index.html")))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    named.add("index.html");
    for (String name : PageRoutes.FILES.stream().filter(name -> name.endsWith(".js")).toList()) {
      Path folder = SOURCES.resolve(name).getParent();
      imports(name)
          .map(path -> SOURCES.relativize(folder.resolve(path).normalize()).toString())
          .forEach(named::add);
    }
    assertThat(named).containsExactlyInAnyOrderElementsOf(PageRoutes.FILES);
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=UTF-8",
    "/page/main.js, application/javascript; charset=UTF-8",
    "/page/style/base.css, text/css; charset=UTF-8",
    "/page/icon.svg, image/svg+xml"
  })
  void filesHaveTheirContentType(String path, String type) {
    assertThat(server.get(path).header("Content-Type")).contains(type);
  }

  @Test
  void pageMayRunNoScriptButItsOwnFiles() {
    Answer page = server.get("/");
    assertThat(page.header("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'")
        .contains("script-src 'self'")
        .doesNotContain("unsafe");
    assertThat(page.header("X-Content-Type-Options")).contains("nosniff");
    assertThat(new String(page.body(), StandardCharsets.UTF_8))
        .doesNotContainPattern("<script>|<style| style=| on[a-z]+=|https?://");
  }

  @Test
  void unchangedFileIsNotSentAgain() {
    String tag = server.get("/page/main.js").header("ETag").orElseThrow();
    HttpRequest again =
        HttpRequest.newBuilder(server.uri("/page/main.js")).header("If-None-Match", tag).build();
    Answer answer = server.send(again).join();
    assertThat(answer.status()).isEqualTo(304);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("Cache-Control")).contains("no-cache");
    assertThat(server.get("/").header("ETag")).isPresent().isNotEqualTo(tag);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/page/",
        "/page",
        "/page/style",
        "/page/nothing.js",
        "/page/../stepwise.conf",
        "/page/%2e%2e/stepwise.conf",
        "/page/..%2fstepwise.conf",
        "/page/style/../main.js%00",
        "/page//main.js",
        "/page/%2fetc/passwd",
        "/page/io/stepwise/http/Api.class",
        "/index.html"
      })
  void nothingElseIsServed(String path) {
    Answer answer = server.get(path);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("not_found");
  }

  @Test
  void filesCannotBeWritten() {
    Answer answer = server.send("POST", "/page/main.js", "{}").join();
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).contains("GET, HEAD, OPTIONS");
  }

  private static Stream<String> imports(String name) throws IOException {
    return Files.readAllLines(SOURCES.resolve(name)).stream()
        .flatMap(line -> IMPORT.matcher(line).results())
        .map(MatchResult::group)
        .map(line -> IMPORT.matcher(line).replaceFirst("$1"));
  }
}
