package io.stepwise.sampling;

import java.util.HashMap;
import java.util.Map;

/** How many images of each owner are accepted and unfinished. Not thread safe. */
final class ImagesInFlight {

  private final Map<String, Integer> ofOwner = new HashMap<>();

  /** Returns how many of the client's owner there are. */
  int of(Client client) {
    return ofOwner.getOrDefault(client.owner(), 0);
  }

  /** Returns whether the client may have so many more. */
  boolean fits(Client client, int images) {
    return images <= client.maxUnfinishedImages() - of(client);
  }

  void add(Client client, int images) {
    ofOwner.merge(client.owner(), images, Integer::sum);
  }

  /** Takes back what was added. */
  void remove(Client client, int images) {
    int left = of(client) - images;
    if (left < 0) {
      throw new IllegalArgumentException(
          "images: " + images + " (expected: at most the owner's, " + of(client) + ")");
    }
    if (left == 0) {
      ofOwner.remove(client.owner());
    } else {
      ofOwner.put(client.owner(), left);
    }
  }
}
