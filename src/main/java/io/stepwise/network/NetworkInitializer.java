package io.stepwise.network;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * First values of a network's parameters, a function of the seed alone.
 *
 * <p>Convolutions and linear layers are uniform within 1 / sqrt(fan-in), as PyTorch's layers begin;
 * embeddings are standard normal, Fourier frequencies 16 times that; normalisations begin as the
 * identity. The last layer of each residual branch and the output begin at zero, so that the
 * network begins as the identity of its skip connections: Ho et al. 2020, appendix B.
 */
public final class NetworkInitializer {

  private static final List<String> ZERO_LAYERS = List.of("conv2", "to_out.0", "conv_out", "noise");
  private static final double FOURIER_SCALE = 16;

  private NetworkInitializer() {}

  /** Returns a value for each parameter of a network, by dotted name. */
  public static Map<String, TensorData> initialize(ModuleDefinition module, long seed) {
    UniformRandomProvider random = RandomSource.L64_X128_MIX.create(seed);
    Map<String, TensorData> values = new LinkedHashMap<>();
    for (Map.Entry<String, long[]> parameter : module.parameters().entrySet()) {
      String layer = parameter.getKey().substring(0, parameter.getKey().lastIndexOf('.'));
      boolean isBias = parameter.getKey().endsWith(".bias");
      long[] weightShape = module.parameters().getOrDefault(layer + ".weight", new long[] {1});
      long[] shape = parameter.getValue();
      float[] data = new float[Math.toIntExact(TensorData.elements(shape))];
      if (ZERO_LAYERS.stream().anyMatch(zero -> layer.equals(zero) || layer.endsWith("." + zero))) {
        Arrays.fill(data, 0);
      } else if (layer.equals("time_proj") || layer.equals("class_embedding")) {
        fillNormal(data, random, weightShape.length == 1 ? FOURIER_SCALE : 1);
      } else if (weightShape.length == 1) {
        Arrays.fill(data, isBias ? 0 : 1);
      } else {
        fillUniform(data, random, 1 / Math.sqrt(fanIn(weightShape)));
      }
      values.put(parameter.getKey(), new TensorData(shape, data));
    }
    return values;
  }

  private static double fanIn(long[] weightShape) {
    return (double) TensorData.elements(weightShape) / weightShape[0];
  }

  private static void fillUniform(float[] data, UniformRandomProvider random, double bound) {
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextDouble(-bound, bound);
    }
  }

  private static void fillNormal(float[] data, UniformRandomProvider random, double deviation) {
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) (deviation * normal.sample());
    }
  }
}
