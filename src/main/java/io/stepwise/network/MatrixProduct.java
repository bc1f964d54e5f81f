package io.stepwise.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * A product of two square float32 matrices in the native library: what it reaches is the measure
 * for networks. Confined to the thread that opened it.
 */
public final class MatrixProduct implements AutoCloseable {

  private final int side;
  private final NDManager manager;
  private final NDArray left;
  private final NDArray right;

  private MatrixProduct(int side) {
    this.side = side;
    this.manager = NDManager.newBaseManager(Device.cpu(), TorchRuntime.ENGINE);
    this.left = manager.randomNormal(new Shape(side, side));
    this.right = manager.randomNormal(new Shape(side, side));
  }

  /**
   * Makes two matrices of random numbers for the calling thread.
   *
   * @param side rows and columns, 1 or more
   * @param threads native threads that the product may use, 1 or more
   */
  public static MatrixProduct open(int side, int threads) {
    TorchRuntime.prepareThread(threads);
    return new MatrixProduct(side);
  }

  /** Returns the floating-point operations of one product. */
  public long operations() {
    return 2L * side * side * side;
  }

  /** Computes the product and forgets it. */
  public void run() {
    left.matMul(right).close();
  }

  @Override
  public void close() {
    manager.close();
  }
}
