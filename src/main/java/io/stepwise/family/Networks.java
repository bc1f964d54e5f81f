package io.stepwise.family;

import java.util.Map;

/**
 * The networks of a training by their names, which are those of their folders.
 *
 * @param byName each network
 * @param areMeasured whether their loss is only measured, and not what they are trained with
 */
public record Networks(Map<String, Network> byName, boolean areMeasured) {

  /** What samples are drawn with. */
  public static final String UNET = "unet";

  /** The ends of the noise schedule, which a model's folder has in its scheduler. */
  public static final String ENDS = "ends";

  /** What encodes images and decodes what is made. */
  public static final String AUTOENCODER = "vae";

  /** What makes images, in an adversarial training. */
  public static final String GENERATOR = "generator";

  /** What tells images from those that are made, in an adversarial training. */
  public static final String DISCRIMINATOR = "discriminator";

  /** What makes the noise of an image, or part of it, of the image itself. */
  public static final String ENCODER = "encoder";

  /** Copies the map. */
  public Networks {
    byName = Map.copyOf(byName);
  }

  /** Makes networks that are trained. */
  public Networks(Map<String, Network> byName) {
    this(byName, false);
  }

  /** Returns whether there is a network of this name. */
  boolean has(String name) {
    return byName.containsKey(name);
  }

  /** Returns a network. */
  Network get(String name) {
    Network network = byName.get(name);
    if (network == null) {
      throw new IllegalArgumentException(
          "network: " + name + " (expected: one of " + byName.keySet() + ")");
    }
    return network;
  }

  /** Returns the network that samples are drawn with. */
  Network unet() {
    return get(UNET);
  }
}
