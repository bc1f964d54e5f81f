package io.stepwise.sampling;

import io.stepwise.network.DenoisingModel;
import io.stepwise.network.NetworkException;
import io.stepwise.network.StepKernel;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernels of one replica by the digest of their weights, and those that are being opened for it
 * on another thread.
 *
 * <p>It owns them all: one that is given up while it is being opened is closed as soon as it is
 * open, whatever has become of the replica. Confined to the replica's thread.
 */
final class Kernels implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);

  private final int threads;
  private final Map<String, StepKernel> open = new LinkedHashMap<>();
  private final Map<String, CompletableFuture<StepKernel>> opening = new HashMap<>();

  /**
   * Has no kernels yet.
   *
   * @param threads native threads for each
   */
  Kernels(int threads) {
    this.threads = threads;
  }

  /** Returns the digests of the kernels that are open. */
  Set<String> digests() {
    return Set.copyOf(open.keySet());
  }

  /**
   * Returns an open kernel.
   *
   * @throws NetworkException if there is none of these weights
   */
  StepKernel get(String digest) {
    StepKernel kernel = open.get(digest);
    if (kernel == null) {
      throw new NetworkException(
          "weights: " + digest + " (expected: one of " + open.keySet() + ", which are loaded)");
    }
    return kernel;
  }

  /** Opens a kernel on this thread. */
  StepKernel open(DenoisingModel model) {
    StepKernel kernel = openChecked(model);
    open.put(VersionsInUse.digest(model), kernel);
    return kernel;
  }

  /**
   * Opens a kernel on another thread, while those that are open go on.
   *
   * @param warmUp makes the kernel's first step quick
   * @return completes when it is open, to be {@link #take taken}
   */
  CompletableFuture<StepKernel> openAside(DenoisingModel model, WarmUp warmUp, Executor executor) {
    drop(VersionsInUse.digest(model));
    CompletableFuture<StepKernel> kernel =
        CompletableFuture.supplyAsync(() -> warm(openChecked(model), warmUp), executor);
    opening.put(VersionsInUse.digest(model), kernel);
    return kernel;
  }

  /**
   * Takes a kernel into use that was opened aside, or forgets one that could not be.
   *
   * @return whether it was still wanted; if not, it is closed already
   */
  boolean take(String digest, CompletableFuture<StepKernel> opened) {
    if (!opening.remove(digest, opened)) {
      return false;
    }
    if (!opened.isCompletedExceptionally()) {
      open.put(digest, opened.join());
    }
    return true;
  }

  /** Closes a kernel, or gives it up if it is being opened. Does nothing if there is none. */
  @SuppressWarnings(
      "FutureReturnValueIgnored") // Closing logs what goes wrong; opening failed else.
  void drop(String digest) {
    StepKernel kernel = open.remove(digest);
    if (kernel != null) {
      close(kernel);
    }
    CompletableFuture<StepKernel> unfinished = opening.remove(digest);
    if (unfinished != null) {
      unfinished.thenAccept(Kernels::close);
    }
  }

  /** Closes all kernels. */
  @Override
  public void close() {
    Set.copyOf(open.keySet()).forEach(this::drop);
    Set.copyOf(opening.keySet()).forEach(this::drop);
  }

  private StepKernel openChecked(DenoisingModel model) {
    StepKernel kernel = model.openKernel(threads);
    String expected = VersionsInUse.digest(model);
    String loaded = kernel.digest();
    if (!loaded.equals(expected)) {
      close(kernel);
      throw new NetworkException("weights: " + loaded + " (expected: " + expected + ")");
    }
    return kernel;
  }

  private static StepKernel warm(StepKernel kernel, WarmUp warmUp) {
    try {
      warmUp.stepOnce(kernel);
      return kernel;
    } catch (Throwable failure) {
      close(kernel);
      throw failure;
    }
  }

  private static void close(StepKernel kernel) {
    try {
      kernel.close();
    } catch (Throwable failure) {
      LOG.warn("the memory of a kernel was not freed", failure);
    }
  }
}
