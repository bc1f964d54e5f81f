package io.stepwise.study;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The squared Fréchet distance between the Gaussians that fit two sets of features: Heusel et al.
 * 2017 (arXiv:1706.08500), {@code |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))}.
 *
 * <p>The trace of the root is the sum of the roots of the eigenvalues of {@code C1^(1/2) C2
 * C1^(1/2)}, a symmetric matrix, in double precision. Differs from the paper: the features are
 * those of the classifier at hand, so distances compare only with others in the same features.
 */
final class FrechetDistance {

  private FrechetDistance() {}

  /**
   * Returns the distance between two sets.
   *
   * @param first one row an element, two rows or more
   * @param second likewise, of the same width
   */
  static double between(double[][] first, double[][] second) {
    double[] firstMean = mean(first);
    double[] secondMean = mean(second);
    double offset = 0;
    for (int i = 0; i < firstMean.length; i++) {
      offset += (firstMean[i] - secondMean[i]) * (firstMean[i] - secondMean[i]);
    }
    return offset + ofCovariances(covariance(first, firstMean), covariance(second, secondMean));
  }

  private static double ofCovariances(DMatrixRMaj first, DMatrixRMaj second) {
    DMatrixRMaj root = root(first);
    int width = first.getNumRows();
    DMatrixRMaj half = new DMatrixRMaj(width, width);
    DMatrixRMaj product = new DMatrixRMaj(width, width);
    CommonOps_DDRM.mult(root, second, half);
    CommonOps_DDRM.mult(half, root, product);
    EigenDecomposition_F64<DMatrixRMaj> eigen = decompose(product, false);
    double rootTrace = 0;
    for (int i = 0; i < width; i++) {
      rootTrace += Math.sqrt(Math.max(0, eigen.getEigenvalue(i).getReal()));
    }
    return CommonOps_DDRM.trace(first) + CommonOps_DDRM.trace(second) - 2 * rootTrace;
  }

  /** Returns the symmetric root of a covariance. */
  private static DMatrixRMaj root(DMatrixRMaj covariance) {
    EigenDecomposition_F64<DMatrixRMaj> eigen = decompose(covariance, true);
    int width = covariance.getNumRows();
    DMatrixRMaj root = new DMatrixRMaj(width, width);
    for (int i = 0; i < width; i++) {
      DMatrixRMaj vector = eigen.getEigenVector(i);
      double value = Math.sqrt(Math.max(0, eigen.getEigenvalue(i).getReal()));
      CommonOps_DDRM.multAddTransB(value, vector, vector, root);
    }
    return root;
  }

  private static EigenDecomposition_F64<DMatrixRMaj> decompose(
      DMatrixRMaj matrix, boolean withVectors) {
    DMatrixRMaj symmetric = new DMatrixRMaj(matrix);
    for (int i = 0; i < matrix.getNumRows(); i++) {
      for (int j = 0; j < i; j++) {
        double value = (matrix.get(i, j) + matrix.get(j, i)) / 2;
        symmetric.set(i, j, value);
        symmetric.set(j, i, value);
      }
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen =
        DecompositionFactory_DDRM.eig(matrix.getNumRows(), withVectors, true);
    if (!eigen.decompose(symmetric)) {
      throw new ArithmeticException("eigenvalues of features: none found (expected: finite ones)");
    }
    return eigen;
  }

  private static double[] mean(double[][] rows) {
    double[] mean = new double[rows[0].length];
    for (double[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += row[i] / rows.length;
      }
    }
    return mean;
  }

  /** Returns the unbiased covariance. */
  private static DMatrixRMaj covariance(double[][] rows, double[] mean) {
    DMatrixRMaj centred = new DMatrixRMaj(rows);
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < mean.length; j++) {
        centred.add(i, j, -mean[j]);
      }
    }
    DMatrixRMaj covariance = new DMatrixRMaj(mean.length, mean.length);
    CommonOps_DDRM.multTransA(1.0 / (rows.length - 1), centred, centred, covariance);
    return covariance;
  }
}
