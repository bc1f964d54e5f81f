package io.stepwise.http;

import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.ModelInfo;
import io.stepwise.sampling.Previews;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** A generation of a websocket, from the order to its last message. Not thread safe. */
final class SocketGeneration {

  /** More than any socket may have; keeps sums small. */
  private static final int MOST_COUNTED = 1_000_000;

  private final String id;
  private final GenerationRequest request;
  private final int images;
  private final BitSet told = new BitSet();
  private String model = "";
  private String snapshot = "";

  /**
   * Begins with what was ordered.
   *
   * @param id what it is called on its socket
   */
  SocketGeneration(String id, GenerationRequest request) {
    this.id = id;
    this.request = request;
    this.images = Math.min(Math.max(0, request.n()), MOST_COUNTED);
  }

  String id() {
    return id;
  }

  GenerationRequest request() {
    return request;
  }

  /** Returns what it is called outside of its socket. */
  String globalId() {
    return request.id();
  }

  /** Returns the places that it takes from the beginning on. */
  SocketMessage.Places places() {
    return SocketMessage.Places.generation(images);
  }

  /** Returns the places that its last message frees: all that its images have not. */
  SocketMessage.Places remainingPlaces() {
    return SocketMessage.Places.generation(images - told.cardinality());
  }

  /** Notes that the client is told how an image ended; returns whether it was not told before. */
  boolean tell(int index) {
    boolean isNew = !told.get(index);
    told.set(index);
    return isNew;
  }

  /** Notes which model the service will take, if there is such a one. */
  void resolve(List<ModelInfo> models) {
    String wanted = request.model();
    Optional<ModelInfo> found =
        models.stream().filter(m -> wanted == null || m.name().equals(wanted)).findFirst();
    model = found.map(ModelInfo::name).orElse("");
    snapshot = found.map(ModelInfo::digest).orElse("");
  }

  String model() {
    return model;
  }

  String snapshot() {
    return snapshot;
  }

  Previews.Kind previewKind() {
    Previews previews = request.previews();
    return previews == null ? Previews.Kind.DENOISED : previews.kind();
  }
}
