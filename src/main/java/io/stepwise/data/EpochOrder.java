package io.stepwise.data;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ArraySampler;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The order in which training visits the images of a data set, a function of (seed, epoch) alone,
 * so that a run continued from a checkpoint sees the batches of the unbroken run.
 *
 * <p>A position counts the images seen since training began: sample k of epoch e has position e *
 * count + k. Batches run across the borders of epochs. Safe to share between threads.
 */
public final class EpochOrder {

  private final long seed;
  private final int count;
  private volatile Permutation latest;

  private record Permutation(long epoch, int[] order) {}

  /**
   * Begins an order.
   *
   * @param seed any value
   * @param count number of images in the data set, 1 or more
   */
  public EpochOrder(long seed, int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count: " + count + " (expected: >= 1)");
    }
    this.seed = seed;
    this.count = count;
    this.latest = new Permutation(0, shuffled(0));
  }

  /** Returns the epoch of a position, 0 or more. */
  public long epoch(long position) {
    requirePosition(position);
    return position / count;
  }

  /** Returns the index of the image at a position, 0 to count - 1. */
  public int index(long position) {
    return permutation(epoch(position))[(int) (position % count)];
  }

  /**
   * Returns the indices of the images of one batch.
   *
   * @param position position of its first image: batches seen so far * size
   * @param size number of images in the batch
   */
  public int[] batch(long position, int size) {
    int[] indices = new int[size];
    for (int i = 0; i < size; i++) {
      indices[i] = index(position + i);
    }
    return indices;
  }

  /** Returns the indices of all images in the order of one epoch. */
  public int[] order(long epoch) {
    return permutation(epoch).clone();
  }

  private int[] permutation(long epoch) {
    Permutation known = latest;
    if (known.epoch != epoch) {
      known = new Permutation(epoch, shuffled(epoch));
      latest = known;
    }
    return known.order;
  }

  private int[] shuffled(long epoch) {
    // Philox takes two words of key and then its counter, whose highest word is the epoch.
    UniformRandomProvider random =
        RandomSource.PHILOX_4X64.create(new long[] {seed, 0, 0, 0, 0, epoch});
    return ArraySampler.shuffle(random, PermutationSampler.natural(count));
  }

  private static void requirePosition(long position) {
    if (position < 0) {
      throw new IllegalArgumentException("position: " + position + " (expected: >= 0)");
    }
  }
}
