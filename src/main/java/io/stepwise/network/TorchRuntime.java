package io.stepwise.network;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/** The native tensor library of the process, and the settings that each of its threads needs. */
public final class TorchRuntime {

  private static final String ENGINE = "PyTorch";

  private TorchRuntime() {}

  /**
   * Prepares the calling thread for tensor work: no gradients, no re-optimising of networks for
   * each new batch size, and a bound on its native threads. All three are thread-local in the
   * native library, so every thread that runs a network calls this first.
   *
   * @param threads native threads that one operator may use, 1 or more
   * @throws NetworkException if the native library cannot be loaded
   */
  public static void prepareThread(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
    }
    try {
      // The natives come from the class path; nothing is fetched and no usage is reported.
      System.setProperty("ai.djl.offline", "true");
      System.setProperty("OPT_OUT_TRACKING", "true");
      Engine.getEngine(ENGINE);
      JniUtils.setGradMode(false);
      JniUtils.setGraphExecutorOptimize(false);
      JniUtils.setNumThreads(threads);
    } catch (RuntimeException | LinkageError e) {
      throw new NetworkException(
          "the native tensor library cannot be loaded: " + e.getMessage(), e);
    }
  }

  /**
   * Sets the state of the native library's one random generator, which only dropout draws from; all
   * other noise is made in Java.
   */
  public static void seedDropout(int seed) {
    Engine.getEngine(ENGINE).setRandomSeed(seed);
  }

  /** Runs native work and turns the errors that would end the process into exceptions. */
  static <T> T guard(String what, NativeCall<T> call) {
    try {
      return call.run();
    } catch (NetworkException e) {
      throw e;
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      throw new NetworkException(what + ": " + e.getMessage(), e);
    }
  }

  /** Work that calls the native library. */
  @FunctionalInterface
  interface NativeCall<T> {

    T run();
  }
}
