package io.stepwise.http;

import io.stepwise.http.FuzzedRequest.Ending;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Makes requests out of proper ones by damaging method, path, headers, body, framing and the way
 * they are sent. The same number always gives the same request.
 */
final class RequestFuzzer {

  private record Proper(String method, String path, String body) {}

  private static final List<Proper> PROPER =
      List.of(
          new Proper(
              "POST",
              "/v1/images/generations",
              """
              {"model": "toy", "prompt": "ankle boot", "n": 3, "size": "3x2", "seed": -7, "steps": 5,
               "solver": "ddim", "guidance": 3.5e0, "eta": 0.5, "deadline_ms": 5000, "stream": false,
               "user": "\\u00e9\\ud83d\\udc5f", "priority": null}
              """),
          new Proper("POST", "/v1/images/generations", "{\"prompt\": \"bag\", \"id\": \"a\"}"),
          new Proper(
              "POST",
              "/v1/images/generations",
              "{\"stream\": true, \"partial_images\": 2, \"steps\": 4}"),
          new Proper(
              "POST",
              "/v2/models/toy/infer",
              """
              {"id": "1", "parameters": {"deadline_ms": 5000}, "inputs": [
                {"name": "seed", "shape": [2], "datatype": "INT64", "data": [1, 2]},
                {"name": "label", "shape": [2, 1], "datatype": "BYTES", "data": [["bag"], [""]]},
                {"name": "steps", "shape": [1], "datatype": "INT32", "data": [3]}],
               "outputs": [{"name": "images", "parameters": {"datatype": "FP32"}}]}
              """),
          new Proper("GET", "/v1/generations/a", ""),
          new Proper("DELETE", "/v1/generations/a", ""),
          new Proper("GET", "/v1/models", ""),
          new Proper("GET", "/v1/models/toy", ""),
          new Proper("GET", "/v1/fleet", ""),
          new Proper("GET", "/v1/stream", ""),
          new Proper("GET", "/v2", ""),
          new Proper("GET", "/v2/models/toy/versions/digest%20of%20toy/ready", ""),
          new Proper("GET", "/v2/health/ready", ""),
          new Proper("GET", "/openapi.json", ""),
          new Proper("GET", "/metrics", ""),
          new Proper("GET", "/", ""));

  private static final List<String> METHODS =
      List.of(
          "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get",
          "X");

  private static final List<String> HEADERS =
      List.of(
          "Content-Type: text/plain",
          "Content-Type: application/json; charset=utf-16",
          "Content-Type: ;;;",
          "Content-Encoding: gzip",
          "Accept: */*",
          "Accept: text/event-stream",
          "Accept-Encoding: gzip, br",
          "Authorization: Bearer sk-0000",
          "Authorization: Basic !!!",
          "Idempotency-Key: key-1",
          "Idempotency-Key: " + "k".repeat(300),
          "Idempotency-Key: \u00e9",
          "Upgrade: websocket",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "Sec-WebSocket-Version: 13",
          "Origin: null",
          "Origin: http://evil.example",
          "Cookie: " + "a=b; ".repeat(500),
          "Range: bytes=0-0",
          "If-None-Match: *",
          "Inference-Header-Content-Length: -1",
          "X-Forwarded-For: 1.2.3.4",
          "X: " + "y".repeat(9000),
          "Forwarded: for=\"[::1]\"",
          "Last-Event-ID: 3");

  /** Headers after which nobody but the server knows where the request ends. */
  private static final List<String> FRAMING =
      List.of(
          "Content-Length: 0",
          "Content-Length: 99999999999",
          "Content-Length: -1",
          "Content-Length: x",
          "Transfer-Encoding: chunked",
          "Transfer-Encoding: gzip, chunked",
          "Transfer-Encoding: identity",
          "Expect: 100-continue",
          "Expect: nothing",
          "Connection: keep-alive",
          "Connection: upgrade",
          "Host: [",
          "Host: a, b",
          " folded",
          "no colon",
          ": no name",
          "Bad Name: x");

  private static final List<String> SEGMENTS =
      List.of(
          "..",
          ".",
          "%00",
          "%2e%2e",
          "%",
          "%zz",
          "%ff",
          "a%2Fb",
          "v1",
          "é",
          "x".repeat(3000),
          "?q=1",
          "#f",
          "//",
          "infer");

  private final Random random;
  private final JsonFuzzer json;

  private RequestFuzzer(long number) {
    this.random = new Random(number * 0x9E3779B97F4A7C15L);
    this.json = new JsonFuzzer(random);
  }

  /** Returns the request of a number. */
  static FuzzedRequest request(long number) {
    return new RequestFuzzer(number).make();
  }

  private FuzzedRequest make() {
    Proper proper = any(PROPER);
    String method = one(12) ? any(METHODS) : proper.method();
    String path = one(6) ? damagedPath(proper.path()) : proper.path();
    byte[] body = json.damaged(proper.body());
    List<String> headers = new ArrayList<>(List.of("Host: localhost", "Connection: close"));
    if (body.length > 0) {
      headers.add("Content-Type: application/json");
    }
    for (int more = random.nextInt(3); more > 0; more--) {
      headers.add(any(HEADERS));
    }
    if (one(60)) {
      headers.addAll(Collections.nCopies(random.nextInt(200), "X-Many: 1"));
    }
    boolean isChunked = body.length > 0 && one(5);
    headers.add(isChunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length);
    boolean isFramed = true;
    if (one(8)) {
      headers.add(random.nextInt(headers.size()), any(FRAMING));
      isFramed = false;
    }
    String head = method + " " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    byte[] bytes = joined(head.getBytes(StandardCharsets.UTF_8), isChunked ? chunked(body) : body);
    if (one(12)) {
      bytes = damagedBytes(bytes);
      isFramed = false;
    }
    // What is asked to be upgraded may be, and then has no end of its own.
    isFramed &= headers.stream().noneMatch(header -> header.startsWith("Upgrade"));
    return new FuzzedRequest(pieces(bytes), ending(isFramed));
  }

  private Ending ending(boolean isFramed) {
    if (one(25)) {
      return Ending.RESET;
    }
    return isFramed && !one(20) ? Ending.WAIT : Ending.HALF_CLOSE;
  }

  private String damagedPath(String path) {
    List<String> segments = new ArrayList<>(Arrays.asList(path.split("/", -1)));
    int at = random.nextInt(segments.size());
    switch (random.nextInt(3)) {
      case 0 -> segments.add(at, any(SEGMENTS));
      case 1 -> segments.set(at, any(SEGMENTS));
      default -> segments.remove(at);
    }
    return String.join("/", segments);
  }

  private byte[] chunked(byte[] body) {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    for (int from = 0; from < body.length; ) {
      int size = Math.min(body.length - from, 1 + random.nextInt(200));
      chunks.writeBytes(
          (Integer.toHexString(size) + (one(4) ? ";x=y" : "") + "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      chunks.write(body, from, size);
      chunks.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
      from += size;
    }
    chunks.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return chunks.toByteArray();
  }

  private byte[] damagedBytes(byte[] original) {
    byte[] bytes = original.clone();
    for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return one(2) ? Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length)) : bytes;
  }

  private List<byte[]> pieces(byte[] bytes) {
    List<byte[]> pieces = new ArrayList<>();
    int from = 0;
    while (one(3) && from < bytes.length) {
      int to = from + 1 + random.nextInt(bytes.length - from);
      pieces.add(Arrays.copyOfRange(bytes, from, to));
      from = to;
    }
    pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
    return pieces;
  }

  private static byte[] joined(byte[] head, byte[] body) {
    byte[] all = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  /** Returns true once in so many times. */
  private boolean one(int times) {
    return random.nextInt(times) == 0;
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
