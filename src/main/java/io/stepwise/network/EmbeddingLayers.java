package io.stepwise.network;

import org.jspecify.annotations.Nullable;

/** Writes a U-Net's embedding of timestep and class, a tensor [B, width]. */
final class EmbeddingLayers {

  /** Type numbers of TorchScript. */
  private static final int INT64 = 4;

  private static final int FLOAT32 = 6;

  private final ModuleWriter module;
  private final NetworkLayers layers;
  private final TimeEmbedding time;
  private final int channels;
  private final int width;
  private @Nullable String table;

  EmbeddingLayers(ModuleWriter module, NetworkLayers layers, UNetConfig config) {
    this.module = module;
    this.layers = layers;
    this.time = config.time();
    this.channels = config.levels().firstChannels();
    this.width = config.time().width(channels);
  }

  /** Embeds t [B] float32 and y as the labels' kind says. */
  String write(LabelEmbedding labels) {
    String embedding = perceptron("time_embedding", project("t"));
    String label =
        switch (labels.kind()) {
          case NONE -> null;
          case TABLE -> module.value("torch.embedding(%s, y)", labelTable(labels));
          case TIMESTEP ->
              perceptron("class_embedding", project(module.value("torch.to(y, %d)", FLOAT32)));
          case IDENTITY -> "y";
        };
    return label == null ? embedding : module.value("torch.add(%s, %s)", embedding, label);
  }

  private String labelTable(LabelEmbedding labels) {
    int count = labels.count() == null ? 0 : labels.count();
    return module.parameter("class_embedding.weight", count, width);
  }

  private String perceptron(String name, String x) {
    int in = time.kind() == TimeEmbedding.Kind.FOURIER ? 2 * channels : channels;
    String hidden = layers.silu(layers.linear(name + ".linear_1", x, in, width, 1));
    return layers.linear(name + ".linear_2", hidden, width, width, 1);
  }

  private String project(String t) {
    return switch (time.kind()) {
      case POSITIONAL -> positional(t);
      case FOURIER -> fourier(t);
      case LEARNED ->
          module.value(
              "torch.embedding(%s, torch.to(torch.round(%s), %d))", table(timesteps()), t, INT64);
    };
  }

  private String positional(String t) {
    if (table == null) {
      table = module.buffer("time_frequencies", frequencies(channels / 2));
    }
    String angles = module.value("torch.mul(torch.unsqueeze(%s, 1), %s)", t, table);
    String embedding = waves(angles, time.flipSinToCos());
    return channels % 2 == 0
        ? embedding
        : module.value("torch.constant_pad_nd(%s, [0, 1], 0)", embedding);
  }

  /** Multiplies in the order of the reference, as the angles are large and float32. */
  private String fourier(String t) {
    String angles =
        module.value(
            "torch.mul(torch.mul(torch.mul(torch.unsqueeze(torch.log(%s), 1), %s), 2.), %s)",
            t, table(channels), NetworkLayers.literal(Math.PI));
    return waves(angles, false);
  }

  private String waves(String angles, boolean cosinesFirst) {
    String order = cosinesFirst ? "torch.cos(%s), torch.sin(%s)" : "torch.sin(%s), torch.cos(%s)";
    return module.value("torch.cat([" + order + "], -1)", angles, angles);
  }

  /** Returns the one tensor of the projection, which timesteps and classes share. */
  private String table(long... shape) {
    if (table == null) {
      table = module.parameter("time_proj.weight", shape);
    }
    return table;
  }

  private long[] timesteps() {
    Integer count = time.trainTimesteps();
    return new long[] {count == null ? 0 : count, channels};
  }

  /** Frequencies fall from 1 to almost 1/10000: Vaswani et al. 2017, section 3.5. */
  private TensorData frequencies(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.exp(-Math.log(10000) * i / (count - time.frequencyShift()));
    }
    return new TensorData(new long[] {count}, values);
  }
}
