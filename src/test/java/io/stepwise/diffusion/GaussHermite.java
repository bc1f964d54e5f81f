package io.stepwise.diffusion;

import java.util.function.DoubleUnaryOperator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/** Expectations over a standard normal, by Golub and Welsch 1969. */
final class GaussHermite {

  private final double[] nodes;
  private final double[] weights;

  GaussHermite(int count) {
    DMatrixRMaj jacobi = new DMatrixRMaj(count, count);
    for (int i = 1; i < count; i++) {
      jacobi.set(i, i - 1, Math.sqrt(i));
      jacobi.set(i - 1, i, Math.sqrt(i));
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(count, true, true);
    if (!eigen.decompose(jacobi)) {
      throw new IllegalStateException("no eigenvalues");
    }
    nodes = new double[count];
    weights = new double[count];
    for (int i = 0; i < count; i++) {
      nodes[i] = eigen.getEigenvalue(i).getReal();
      double first = eigen.getEigenVector(i).get(0, 0);
      weights[i] = first * first;
    }
  }

  double mean(DoubleUnaryOperator function) {
    double sum = 0;
    for (int i = 0; i < nodes.length; i++) {
      sum += weights[i] * function.applyAsDouble(nodes[i]);
    }
    return sum;
  }
}
