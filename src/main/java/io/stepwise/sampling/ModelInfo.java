package io.stepwise.sampling;

import io.stepwise.network.ModelDescription;
import java.util.List;

/**
 * A model as callers may ask for it.
 *
 * @param versions digests of the weights that a request may name, the current ones first
 * @param solvers names of the solvers that requests may name
 * @param defaultSolver the one that is used when a request names none
 * @param maxSteps most steps that a request may ask for
 * @param maxImages most images that a request may ask for
 * @param ready whether a replica can work on it
 */
public record ModelInfo(
    ModelDescription description,
    List<String> versions,
    List<String> solvers,
    String defaultSolver,
    int maxSteps,
    int maxImages,
    boolean ready) {

  /** Copies the lists. */
  public ModelInfo {
    versions = List.copyOf(versions);
    solvers = List.copyOf(solvers);
  }

  /** Returns the name that requests use. */
  public String name() {
    return description.name();
  }

  /** Returns the digest of the current version's weights. */
  public String digest() {
    return description.digest();
  }

  /** Returns the labels that prompts may name, in the order of their classes. */
  public List<String> labels() {
    return description.labels();
  }

  /** Returns whether an empty prompt asks for no label and guidance other than 1 is possible. */
  public boolean hasNoneLabel() {
    return description.hasNoneLabel();
  }

  /** Returns the width of its images in pixels. */
  public int width() {
    return description.imageShape().width();
  }

  /** Returns the height of its images in pixels. */
  public int height() {
    return description.imageShape().height();
  }

  /** Returns the channels of its images: 1 for grey, 3 for RGB. */
  public int channels() {
    return description.imageShape().channels();
  }
}
