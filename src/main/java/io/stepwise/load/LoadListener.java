package io.stepwise.load;

/** Hears of a load test while it runs, a few times a second, on threads of the test. */
public interface LoadListener {

  /**
   * The idle server is asked for one request after the other.
   *
   * @param done how many of them have ended
   * @param of how many there are
   */
  default void onWarmUp(int done, int of) {}

  /** The next load begins. */
  default void onLoad(Load load) {}

  /** The load goes on. */
  default void onProgress(LoadProgress progress) {}
}
