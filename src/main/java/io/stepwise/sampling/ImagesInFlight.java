package io.stepwise.sampling;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How many images of each owner are accepted and unfinished. Not thread safe. */
final class ImagesInFlight {

  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private final Map<String, Integer> ofOwner = new HashMap<>();

  /** Returns how many of the client's owner there are. */
  int of(Client client) {
    return ofOwner.getOrDefault(client.owner(), 0);
  }

  /** Returns why the client may not have those of a request too; empty if it may. */
  Optional<GenerationResult.Refused> refusal(ResolvedRequest request, Client client) {
    if (request.n() <= client.maxUnfinishedImages() - of(client)) {
      return Optional.empty();
    }
    String message =
        "images in flight: %d and %d more (expected: at most %d)"
            .formatted(of(client), request.n(), client.maxUnfinishedImages());
    return Optional.of(
        new GenerationResult.Refused(
            request.id(), RefusalReason.TOO_MANY_IN_FLIGHT, message, ASK_AGAIN));
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
