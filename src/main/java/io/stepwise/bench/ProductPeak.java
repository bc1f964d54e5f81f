package io.stepwise.bench;

import io.stepwise.network.MatrixProduct;
import java.util.List;

/** The best that the native library's float32 matrix products reach at the moment. */
final class ProductPeak implements AutoCloseable {

  private static final List<Integer> SIDES = List.of(512, 1024, 1536);
  private static final double GIGA = 1e9;

  private final List<MatrixProduct> products;

  private ProductPeak(List<MatrixProduct> products) {
    this.products = products;
  }

  static ProductPeak open(int threads) {
    return new ProductPeak(SIDES.stream().map(side -> MatrixProduct.open(side, threads)).toList());
  }

  /** Returns the GFLOP/s of the fastest of several products, each done once. */
  double measure() {
    return products.stream()
        .mapToDouble(product -> product.operations() / GIGA / Timing.seconds(product::run))
        .max()
        .orElseThrow();
  }

  @Override
  public void close() {
    products.forEach(MatrixProduct::close);
  }
}
