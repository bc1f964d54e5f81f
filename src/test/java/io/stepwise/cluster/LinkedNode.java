package io.stepwise.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A node that others reach by a way that can be cut.
 *
 * @param address from which it reaches others
 */
record LinkedNode(TestNode node, LoopbackLink link, int bound, String address) {

  static LinkedNode start(String address) throws IOException {
    int bound = LoopbackLink.freePort();
    LoopbackLink link = new LoopbackLink(bound);
    return new LinkedNode(TestNode.behind(link.port(), bound, address), link, bound, address);
  }

  /** Starts another node at the same address, as whatever watches processes does. */
  LinkedNode startAnew() {
    return new LinkedNode(TestNode.behind(link.port(), bound, address), link, bound, address);
  }

  void stop() {
    node.stop();
    try {
      link.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
