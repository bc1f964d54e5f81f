package io.stepwise.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs one network of a folder once on given tensors, so that anyone can compare it with another
 * implementation.
 */
public final class NetworkRun {

  /** Names of the networks of a folder, as its sub-folders are called. */
  public static final List<String> COMPONENTS =
      List.of(ModelLayout.NETWORK, ModelLayout.AUTOENCODER);

  private final NetworkFolder folder;
  private final RunInputs inputs;
  private final Device device;

  private NetworkRun(NetworkFolder folder, RunInputs inputs, Device device) {
    this.folder = folder;
    this.inputs = inputs;
    this.device = device;
  }

  /**
   * Runs a U-Net on {@code sample} [B, C, H, W], {@code timestep} [B], [1] or a scalar, and, where
   * it has classes, {@code class_labels} [B], giving {@code output}; or an autoencoder on {@code
   * sample}, giving {@code mean}, {@code logvar} and {@code decoded}, which is the decoded mean.
   * Other tensors are not read.
   *
   * @param folder a model folder, or the folder of one network
   * @param component one of {@link #COMPONENTS}; null for the only one, or the U-Net
   * @param device {@code cpu}, {@code cuda:N} or {@code auto}
   * @param threads how many native threads to use, 1 or more
   * @throws IllegalArgumentException if an input is missing or does not fit the network
   * @throws ModelFolderException if the folder cannot be used
   * @throws NetworkException if the native library fails
   */
  public static Map<String, TensorData> run(
      Path folder,
      @Nullable String component,
      Map<String, TensorData> inputs,
      String device,
      int threads) {
    NetworkFolder network = network(ModelLayout.of(folder), component);
    boolean isAutoencoder = network.isAutoencoder();
    String found = isAutoencoder ? ModelLayout.AUTOENCODER : ModelLayout.NETWORK;
    if (component != null && !component.equals(found)) {
      throw new ModelFolderException(
          network.folder(), "a " + found + " (expected: a " + component + ")");
    }
    TorchRuntime.prepareThread(threads);
    NetworkRun run = new NetworkRun(network, new RunInputs(inputs), TorchRuntime.device(device));
    return isAutoencoder ? run.autoencoder() : run.network();
  }

  private static NetworkFolder network(ModelLayout layout, @Nullable String component) {
    NetworkFolder autoencoder = layout.autoencoder();
    boolean isMeant = ModelLayout.AUTOENCODER.equals(component) || layout.isOnePass();
    return isMeant && autoencoder != null ? autoencoder : layout.network();
  }

  private Map<String, TensorData> network() {
    if (folder.config().get("block_out_channels") instanceof List<?> levels) {
      inputs.requireLevels(levels.size());
    }
    UNetConfig config = config(UNetConfig::parse);
    inputs.requireChannels(config.imageShape().channels());
    ModuleDefinition definition = UNet.define(config);
    float[] timesteps = inputs.timesteps();
    try (TorchModule module = load(definition)) {
      NDManager manager = module.manager();
      NDArray labels = labels(manager, config);
      return TorchRuntime.guard(
          "running " + folder.folder(),
          () -> {
            NDArray sample = array(manager, inputs.sample());
            return Map.of("output", tensor(module.run(sample, manager.create(timesteps), labels)));
          });
    }
  }

  private NDArray labels(NDManager manager, UNetConfig config) {
    return switch (config.labels().kind()) {
      case NONE -> manager.create(inputs.classes(0));
      case TABLE -> {
        Integer count = config.labels().count();
        yield manager.create(inputs.classes(count == null ? 0 : count));
      }
      case TIMESTEP -> manager.create(inputs.classNumbers());
      case IDENTITY -> {
        int width = config.time().width(config.levels().firstChannels());
        yield array(manager, inputs.classEmbeddings(width));
      }
    };
  }

  private Map<String, TensorData> autoencoder() {
    AutoencoderConfig config = config(AutoencoderConfig::parse);
    inputs.requireChannels(config.imageShape().channels());
    try (TorchModule module = load(Autoencoder.define(config))) {
      NDManager manager = module.manager();
      return TorchRuntime.guard(
          "running " + folder.folder(),
          () -> {
            NDArray sample = array(manager, inputs.sample());
            TensorData moments = tensor(module.runMethod(Autoencoder.ENCODE, sample));
            TensorData mean = half(moments, 0);
            Map<String, TensorData> outputs = new LinkedHashMap<>();
            outputs.put("mean", mean);
            outputs.put("logvar", half(moments, 1));
            NDArray decoded = module.runMethod(Autoencoder.DECODE, array(manager, mean));
            outputs.put("decoded", tensor(decoded));
            return outputs;
          });
    }
  }

  private TorchModule load(ModuleDefinition definition) {
    return TorchModule.load(definition, folder.weights(definition), device);
  }

  /** Reads the network's config for images of the size at hand. */
  private <T> T config(Function<Map<String, ?>, T> parse) {
    return folder.config(
        fields -> {
          Map<String, Object> sized = new LinkedHashMap<>(fields);
          sized.put("sample_size", inputs.size());
          return parse.apply(sized);
        });
  }

  /** Returns the first or the second half of the channels of [B, C, H, W]. */
  private static TensorData half(TensorData tensor, int index) {
    long[] shape = tensor.shape().clone();
    shape[1] /= 2;
    int size = Math.toIntExact(shape[1] * shape[2] * shape[3]);
    float[] values = new float[Math.toIntExact(shape[0]) * size];
    for (int b = 0; b < shape[0]; b++) {
      System.arraycopy(tensor.values(), (2 * b + index) * size, values, b * size, size);
    }
    return new TensorData(shape, values);
  }

  private static NDArray array(NDManager manager, TensorData tensor) {
    return manager.create(tensor.values(), new Shape(tensor.shape()));
  }

  private static TensorData tensor(NDArray array) {
    return new TensorData(array.getShape().getShape(), array.toFloatArray());
  }
}
