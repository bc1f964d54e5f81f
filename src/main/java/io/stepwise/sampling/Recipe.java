package io.stepwise.sampling;

import io.stepwise.batching.BatchKey;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.ImageShape;
import org.jspecify.annotations.Nullable;

/**
 * What all images of a generation have in common, from the first step to the last.
 *
 * @param request the generation's id
 * @param key the weights and the shape, pinned for the generation's whole life
 * @param shape shape of the states
 * @param imageShape shape of the images that finished states are decoded to; the same but for a
 *     latent model
 * @param plan the steps
 * @param seed where the noise comes from, with the image's index
 * @param label class index as the kernel takes it
 * @param guidance classifier-free guidance; 1 for none
 * @param urgency for whom it is, when it came and how soon it must be done
 * @param previews which steps somebody wants to see; null for none
 */
public record Recipe(
    String request,
    BatchKey key,
    ImageShape shape,
    ImageShape imageShape,
    StepPlan plan,
    long seed,
    long label,
    double guidance,
    Urgency urgency,
    @Nullable Previews previews) {

  /** Returns the recipe with the weights that the images are pinned to. */
  Recipe on(String weights) {
    return new Recipe(
        request,
        new BatchKey(weights, key.shape()),
        shape,
        imageShape,
        plan,
        seed,
        label,
        guidance,
        urgency,
        previews);
  }

  /**
   * Returns the recipe for another service: under an id of its own there, and by its clock.
   *
   * @param nanos what that clock is ahead of this one's
   */
  public Recipe carriedTo(String id, long nanos) {
    Urgency moved =
        new Urgency(
            urgency.client(),
            urgency.acceptedNanos() + nanos,
            urgency.deadlineNanos() + nanos,
            urgency.priority());
    return new Recipe(id, key, shape, imageShape, plan, seed, label, guidance, moved, previews);
  }

  /** Returns how many network rows a step of an image costs. */
  public int rows() {
    return guidance == 1 ? 1 : 2;
  }

  /** Returns whether an image's step, 1 or more, is to be shown, and shown like this. */
  boolean shows(int step, Previews.Kind kind) {
    return previews != null && previews.kind() == kind && previews.includes(step, plan.steps());
  }

  /**
   * On whose behalf a generation is made, when it came and how soon it must be done, on the
   * service's {@link Ticker}.
   *
   * @param client among whom the capacity is shared evenly
   * @param priority higher goes first; 0 is ordinary
   */
  public record Urgency(String client, long acceptedNanos, long deadlineNanos, int priority) {}
}
