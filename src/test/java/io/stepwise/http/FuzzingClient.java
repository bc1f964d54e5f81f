package io.stepwise.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends fuzzed requests and collects what is wrong with the answers. Thread safe. */
final class FuzzingClient {

  private static final int PATIENCE_MILLIS = 20_000;
  private static final int SWALLOWED_MILLIS = 200;
  private static final Pattern STATUS = Pattern.compile("^HTTP/1\\.1 (\\d{3}) ");
  private static final List<Integer> NEVER = List.of(500, 501, 502, 505);

  private final InetSocketAddress address;
  private final Map<Integer, Long> numbersByPort = new ConcurrentHashMap<>();
  private final Map<Integer, Integer> statuses = new ConcurrentSkipListMap<>();
  private final List<String> faults = new ArrayList<>();

  FuzzingClient(InetSocketAddress address) {
    this.address = address;
  }

  /** Sends one request on a connection of its own and reads until the server closes it. */
  void send(long number) {
    FuzzedRequest request = RequestFuzzer.request(number);
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      numbersByPort.put(socket.getLocalPort(), number);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.setTcpNoDelay(true);
      sendAll(socket, request);
      if (request.ending() == FuzzedRequest.Ending.RESET) {
        socket.setSoLinger(true, 0);
        return;
      }
      check(number, request, received(socket.getInputStream()));
    } catch (SocketTimeoutException e) {
      fault(number, request, "no end within " + PATIENCE_MILLIS + " ms");
    } catch (IOException e) {
      // The server may close before all is sent, and then the rest breaks the connection off.
      statuses.merge(0, 1, Integer::sum);
    }
  }

  /** Sends the frames of a websocket and reads until the server closes it. */
  void sendFrames(long number) {
    FuzzedRequest request =
        new FuzzedRequest(SocketFuzzer.writes(number), FuzzedRequest.Ending.HALF_CLOSE);
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      numbersByPort.put(socket.getLocalPort(), number);
      for (byte[] write : request.writes()) {
        socket.getOutputStream().write(write);
      }
      String answer = receivedOfSocket(socket);
      statuses.merge(answer.startsWith("HTTP/1.1 101 ") ? 101 : 0, 1, Integer::sum);
      if (answer.contains("internal_error")) {
        fault(number, request, answer);
      }
    } catch (SocketTimeoutException e) {
      fault(number, request, "no end within " + PATIENCE_MILLIS + " ms");
    } catch (IOException e) {
      // The server may close before all is sent, and then the rest breaks the connection off.
      statuses.merge(0, 1, Integer::sum);
    }
  }

  /**
   * Reads until the end. Where the good-bye was swallowed by a frame that is longer than what was
   * sent, the server cannot know that there is nothing more to come before it is told so.
   */
  private static String receivedOfSocket(Socket socket) throws IOException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
    byte[] buffer = new byte[1 << 16];
    socket.setSoTimeout(SWALLOWED_MILLIS);
    while (System.nanoTime() < end) {
      try {
        int count = socket.getInputStream().read(buffer);
        if (count < 0) {
          return received.toString(StandardCharsets.UTF_8);
        }
        received.write(buffer, 0, count);
      } catch (SocketTimeoutException e) {
        socket.shutdownOutput();
        socket.setSoTimeout(PATIENCE_MILLIS);
      }
    }
    throw new SocketTimeoutException();
  }

  /** Returns how often each status came; 0 for a connection that ended without one. */
  Map<Integer, Integer> statuses() {
    return statuses;
  }

  /** Returns the number of what was sent from a port last. */
  String requestFrom(int port) {
    Long number = numbersByPort.get(port);
    return number == null ? "none" : number.toString();
  }

  /** Returns what was wrong. */
  synchronized List<String> faults() {
    return List.copyOf(faults);
  }

  private static void sendAll(Socket socket, FuzzedRequest request) throws IOException {
    for (byte[] write : request.writes()) {
      socket.getOutputStream().write(write);
    }
    if (request.ending() == FuzzedRequest.Ending.HALF_CLOSE) {
      socket.shutdownOutput();
    }
  }

  private static String received(InputStream in) throws IOException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    in.transferTo(received);
    return received.toString(StandardCharsets.UTF_8);
  }

  private void check(long number, FuzzedRequest request, String answer) {
    Matcher status = STATUS.matcher(answer);
    if (!status.find()) {
      statuses.merge(0, 1, Integer::sum);
      if (request.ending() == FuzzedRequest.Ending.WAIT || !answer.isEmpty()) {
        fault(number, request, "no answer: " + answer);
      }
      return;
    }
    int code = Integer.parseInt(status.group(1));
    statuses.merge(code, 1, Integer::sum);
    if (NEVER.contains(code)) {
      fault(number, request, answer);
    }
    if (code >= 400 && !answer.contains("error\":") && !request.toString().contains("HEAD")) {
      fault(number, request, "an error of another shape: " + answer);
    }
  }

  private synchronized void fault(long number, FuzzedRequest request, String what) {
    faults.add("request " + number + ", " + request + "\n => " + what);
  }
}
