package io.stepwise.family;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jgrapht.Graph;
import org.jgrapht.alg.interfaces.MatchingAlgorithm.Matching;
import org.jgrapht.alg.matching.KuhnMunkresMinimalWeightBipartitePerfectMatching;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleWeightedGraph;

/**
 * Pairs images with noise so that the sum of their squared distances is the least: the optimal
 * transport of a batch, Tong et al. 2024 (arXiv:2302.00482), section 3.2. Paths then seldom cross.
 */
final class TransportPairing {

  private TransportPairing() {}

  /**
   * Returns which noise each image gets, each one once.
   *
   * @param images B images of this many pixels, one after the other
   * @param noise as many draws of noise
   */
  static int[] pair(float[] images, float[] noise, int pixels) {
    int size = images.length / pixels;
    Graph<Integer, DefaultWeightedEdge> graph =
        new SimpleWeightedGraph<>(DefaultWeightedEdge.class);
    Set<Integer> left = new LinkedHashSet<>();
    Set<Integer> right = new LinkedHashSet<>();
    for (int i = 0; i < size; i++) {
      left.add(i);
      right.add(size + i);
    }
    left.forEach(graph::addVertex);
    right.forEach(graph::addVertex);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        DefaultWeightedEdge edge = graph.addEdge(i, size + j);
        graph.setEdgeWeight(edge, squaredDistance(images, i * pixels, noise, j * pixels, pixels));
      }
    }
    Matching<Integer, DefaultWeightedEdge> matching =
        new KuhnMunkresMinimalWeightBipartitePerfectMatching<>(graph, left, right).getMatching();
    int[] pairs = new int[size];
    for (DefaultWeightedEdge edge : matching) {
      pairs[graph.getEdgeSource(edge)] = graph.getEdgeTarget(edge) - size;
    }
    return pairs;
  }

  private static double squaredDistance(
      float[] images, int image, float[] noise, int draw, int pixels) {
    double sum = 0;
    for (int k = 0; k < pixels; k++) {
      double difference = (double) images[image + k] - noise[draw + k];
      sum += difference * difference;
    }
    return sum;
  }
}
