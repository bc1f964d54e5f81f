package io.stepwise.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.stepwise.family.Network;
import io.stepwise.family.Networks;
import io.stepwise.network.ModuleDefinition;
import io.stepwise.network.NetworkClass;
import io.stepwise.network.NetworkInitializer;
import io.stepwise.network.NetworkWeights;
import io.stepwise.network.TensorData;
import io.stepwise.network.TorchModule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The networks of a training, each with the moving average of its weights, in native memory that it
 * owns until it is closed. Confined to the thread that made it.
 *
 * <p>Parameters of all networks are in one map, by {@code network/attribute}; in checkpoints and
 * folders they have their dotted names.
 */
final class TrainedNetworks implements AutoCloseable {

  private final Map<String, TrainedNetwork> networks = new LinkedHashMap<>();
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();
  private final Map<String, NDArray> averages = new LinkedHashMap<>();

  /** One of the networks: its config, its code, and two copies of its weights. */
  private record TrainedNetwork(
      Map<String, @Nullable Object> config,
      ModuleDefinition definition,
      TorchModule trained,
      TorchModule averaged) {}

  /**
   * Returns first values of the weights of networks, which depend on the seed, on each one's config
   * and on its place among them.
   */
  static Map<String, Map<String, TensorData>> initialize(
      Map<String, Map<String, @Nullable Object>> configs, long seed) {
    Map<String, Map<String, TensorData>> weights = new LinkedHashMap<>();
    configs.forEach(
        (name, config) ->
            weights.put(
                name,
                NetworkInitializer.initialize(NetworkClass.define(config), seed + weights.size())));
    return weights;
  }

  /**
   * Loads the networks.
   *
   * @param configs fields of each one's {@code config.json}, by name; one at least
   * @param weights values of each one's parameters, by name and dotted name; copied
   * @throws io.stepwise.network.NetworkException if the weights do not fit
   */
  TrainedNetworks(
      Map<String, Map<String, @Nullable Object>> configs,
      Map<String, Map<String, TensorData>> weights) {
    try {
      configs.forEach((name, config) -> load(name, config, weights.getOrDefault(name, Map.of())));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void load(
      String name, Map<String, @Nullable Object> config, Map<String, TensorData> values) {
    ModuleDefinition definition = NetworkClass.define(config);
    TorchModule trained = TorchModule.load(definition, values, Device.cpu());
    TorchModule averaged;
    try {
      averaged = TorchModule.load(definition, values, Device.cpu());
    } catch (RuntimeException | Error e) {
      trained.close();
      throw e;
    }
    networks.put(name, new TrainedNetwork(config, definition, trained, averaged));
    trained
        .parameters(true)
        .forEach((attribute, array) -> parameters.put(name + "/" + attribute, array));
    averaged
        .parameters(false)
        .forEach((attribute, array) -> averages.put(name + "/" + attribute, array));
  }

  /** Returns the manager whose arrays live as long as the networks. */
  NDManager manager() {
    return networks.values().iterator().next().trained().manager();
  }

  /** Returns the networks' names. */
  Set<String> names() {
    return networks.keySet();
  }

  /** Returns all parameters; the networks' own, changed in place by training. */
  Map<String, NDArray> parameters() {
    return parameters;
  }

  /** Returns the averages of all parameters, by the same names. */
  Map<String, NDArray> averages() {
    return averages;
  }

  /** Returns the parameters of some of the networks. */
  Map<String, NDArray> parameters(Set<String> names) {
    Map<String, NDArray> some = new LinkedHashMap<>(parameters);
    some.keySet().removeIf(name -> !names.contains(name.substring(0, name.indexOf('/'))));
    return some;
  }

  /** Returns the networks to be trained, if gradients are switched on. */
  Networks trained() {
    return new Networks(views(network -> network.trained()::runTraining), false);
  }

  /** Returns the networks of the averaged weights. */
  Networks averaged() {
    return new Networks(views(network -> network.averaged()::run), true);
  }

  private Map<String, Network> views(Function<TrainedNetwork, Network> run) {
    Map<String, Network> byName = new LinkedHashMap<>();
    networks.forEach((name, network) -> byName.put(name, run.apply(network)));
    return byName;
  }

  /** Sets all gradients to zero. */
  void zeroGradients() {
    parameters.values().forEach(parameter -> JniUtils.zeroGrad((PtNDArray) parameter));
  }

  /** Returns a copy of the averaged weights of all networks. */
  Map<String, NetworkWeights> averagedWeights() {
    Map<String, TensorData> copies = copy(averages);
    Map<String, NetworkWeights> weights = new LinkedHashMap<>();
    networks.forEach(
        (name, network) -> {
          Map<String, TensorData> own = new LinkedHashMap<>();
          for (String parameter : network.definition().parameters().keySet()) {
            own.put(parameter, member(copies, name + "/" + parameter));
          }
          weights.put(name, new NetworkWeights(NetworkClass.fields(network.config()), own));
        });
    return weights;
  }

  /**
   * Returns a copy of a tensor for each parameter, by {@code network/dotted.name}.
   *
   * @param arrays by the parameters' names
   */
  Map<String, TensorData> copy(Map<String, NDArray> arrays) {
    Map<String, TensorData> copies = new LinkedHashMap<>();
    networks.forEach(
        (name, network) ->
            network
                .definition()
                .parameters()
                .forEach(
                    (parameter, shape) -> {
                      NDArray array = member(arrays, attribute(name, parameter));
                      copies.put(
                          name + "/" + parameter, new TensorData(shape, array.toFloatArray()));
                    }));
    return copies;
  }

  /**
   * Sets a tensor for each parameter to what {@link #copy} returned.
   *
   * @throws TrainingException if one is missing
   */
  void restore(Map<String, NDArray> arrays, Map<String, TensorData> copies) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      networks.forEach(
          (name, network) -> {
            for (String parameter : network.definition().parameters().keySet()) {
              TensorData tensor = copies.get(name + "/" + parameter);
              if (tensor == null) {
                throw new TrainingException(name + "/" + parameter + ": missing");
              }
              member(arrays, attribute(name, parameter))
                  .set(
                      new NDIndex("..."),
                      manager().create(tensor.values(), new Shape(tensor.shape())));
            }
          });
    }
  }

  /** Returns how many tensors there are. */
  int tensorCount() {
    return networks.values().stream()
        .mapToInt(
            network ->
                network.trained().manager().getManagedArrays().size()
                    + network.averaged().manager().getManagedArrays().size())
        .sum();
  }

  @Override
  public void close() {
    for (TrainedNetwork network : networks.values()) {
      network.averaged().close();
      network.trained().close();
    }
  }

  private static String attribute(String network, String parameter) {
    return network + "/" + ModuleDefinition.attribute(parameter);
  }

  private static <T> T member(Map<String, T> members, String name) {
    T member = members.get(name);
    if (member == null) {
      throw new IllegalStateException(name + ": not a parameter of the networks");
    }
    return member;
  }
}
