package io.stepwise.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.util.regex.Pattern;

/** The native tensor library of the process, and the settings that each of its threads needs. */
public final class TorchRuntime {

  static final String ENGINE = "PyTorch";

  private static final Pattern DEVICE = Pattern.compile("cpu|auto|cuda:\\d{1,3}");

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
      load();
      JniUtils.setGradMode(false);
      JniUtils.setGraphExecutorOptimize(false);
      JniUtils.setNumThreads(threads);
    } catch (RuntimeException | Error e) {
      throw unavailable(e);
    }
  }

  /**
   * Returns the device of a setting.
   *
   * @param name {@code cpu}, {@code cuda:N}, or {@code auto} for the first card if there is one
   * @throws IllegalArgumentException if it is none of these
   * @throws NetworkException if the machine does not have it
   */
  public static Device device(String name) {
    if (!DEVICE.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "device: " + name + " (expected: cpu, cuda:N with N from 0 to 999, or auto)");
    }
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    int cards = cardCount();
    if (name.equals("auto")) {
      return cards > 0 ? Device.gpu(0) : Device.cpu();
    }
    int card = Integer.parseInt(name.substring(name.indexOf(':') + 1));
    if (card >= cards) {
      throw new NetworkException(
          "device: "
              + name
              + " (expected: cpu, as this machine has "
              + cards
              + " cards that the native tensor library can use)");
    }
    return Device.gpu(card);
  }

  private static int cardCount() {
    try {
      return load().getGpuCount();
    } catch (RuntimeException | Error e) {
      throw unavailable(e);
    }
  }

  private static Engine load() {
    // The natives come from the class path; nothing is fetched and no usage is reported.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    return Loaded.ENGINE;
  }

  /** The engine, loaded by the first who asks for it. */
  private static final class Loaded {

    static final Engine ENGINE = Engine.getEngine(TorchRuntime.ENGINE);

    static {
      NativeWarnings.silence();
    }
  }

  private static NetworkException unavailable(Throwable cause) {
    return new NetworkException(
        "the native tensor library cannot be loaded: " + cause.getMessage(), cause);
  }

  /**
   * Sets the state of the native library's one random generator, which only dropout draws from; all
   * other noise is made in Java.
   */
  public static void seedDropout(int seed) {
    Engine.getEngine(ENGINE).setRandomSeed(seed);
  }

  /**
   * Runs native work and turns its errors into exceptions: an actor system would end the process on
   * an error, but a network that cannot be loaded or run concerns one replica alone.
   */
  static <T> T guard(String what, NativeCall<T> call) {
    try {
      return call.run();
    } catch (NetworkException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      throw new NetworkException(what + ": " + NetworkException.reason(e), e);
    }
  }

  /** Work that calls the native library. */
  @FunctionalInterface
  interface NativeCall<T> {

    T run();
  }
}
