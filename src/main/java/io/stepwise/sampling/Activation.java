package io.stepwise.sampling;

/** What became of the wish to take a version into use. */
public sealed interface Activation {

  /** New images, or the share that was asked for, begin on it from now on. */
  record Activated(String digest) implements Activation {}

  /** No model, or not exactly one version, is meant; the message says so. */
  record Unknown(String message) implements Activation {}

  /** It is not taken into use, and all is as it was before; the message says why. */
  record Refused(String message) implements Activation {}
}
