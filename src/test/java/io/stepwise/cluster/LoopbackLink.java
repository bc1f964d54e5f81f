package io.stepwise.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * The way to a node, which can be cut: a port on loopback whose connections go on to another port.
 */
final class LoopbackLink implements AutoCloseable {

  private record Passage(InetAddress from, Socket in, Socket out) {

    void close() {
      LoopbackLink.close(in);
      LoopbackLink.close(out);
    }
  }

  private final ServerSocket server;
  private final int target;
  private final List<Passage> passages = new CopyOnWriteArrayList<>();
  private volatile Predicate<InetAddress> isCut = from -> false;

  LoopbackLink(int target) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    start(this::accept);
  }

  /** Returns a port that was free just now. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  int port() {
    return server.getLocalPort();
  }

  /** Ends all connections and lets none through any more. */
  void cut() {
    cut(from -> true);
  }

  /** Ends the connections that come from an address and lets none of it through any more. */
  void cutFrom(InetAddress address) {
    cut(address::equals);
  }

  private void cut(Predicate<InetAddress> cutOff) {
    isCut = cutOff;
    passages.stream().filter(passage -> cutOff.test(passage.from())).forEach(Passage::close);
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        pass(server.accept());
      } catch (IOException e) {
        // the server is closed
      }
    }
  }

  private void pass(Socket from) {
    if (isCut.test(from.getInetAddress())) {
      close(from);
      return;
    }
    try {
      Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
      passages.add(new Passage(from.getInetAddress(), from, to));
      start(() -> copy(from, to));
      start(() -> copy(to, from));
    } catch (IOException e) {
      // the node is not there, as whoever connects must see
      close(from);
    }
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // one end is gone
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "loopback-link");
    thread.setDaemon(true);
    thread.start();
  }
}
