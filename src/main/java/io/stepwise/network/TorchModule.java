package io.stepwise.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A TorchScript module in native memory. It owns that memory until it is closed, and is confined to
 * the thread that loaded it.
 */
public final class TorchModule implements AutoCloseable {

  private static final String METHOD_TAG = "module_method:";

  private final NDManager manager;
  private final PtSymbolBlock block;
  private final ParameterStore parameterStore;
  private final Map<String, NDArray> methodTags = new HashMap<>();

  private TorchModule(NDManager manager, PtSymbolBlock block) {
    this.manager = manager;
    this.block = block;
    this.parameterStore = new ParameterStore(manager, false);
  }

  /**
   * Loads a module.
   *
   * @param definition code and shapes
   * @param values a value for each parameter, by dotted name; copied
   * @param device where it is to run
   * @throws NetworkException if a value is missing or has another shape, or the native library
   *     refuses the module
   */
  public static TorchModule load(
      ModuleDefinition definition, Map<String, TensorData> values, Device device) {
    return TorchRuntime.guard(
        "loading a network", () -> load(TorchScriptArchive.write(definition, values), device));
  }

  /**
   * Loads a TorchScript archive, whose code will run with this process's rights.
   *
   * @param device where it is to run, whatever it was saved on
   * @throws NetworkException if the native library refuses it
   */
  static TorchModule load(byte[] archive, Device device) {
    return TorchRuntime.guard(
        "loading a network",
        () -> {
          NDManager manager = NDManager.newBaseManager(device, TorchRuntime.ENGINE);
          try {
            return new TorchModule(manager, block(manager, archive));
          } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
          }
        });
  }

  private static PtSymbolBlock block(NDManager manager, byte[] archive) {
    try {
      return JniUtils.loadModule(
          (PtNDManager) manager, new ByteArrayInputStream(archive), true, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the manager whose arrays live as long as the module. */
  public NDManager manager() {
    return manager;
  }

  /**
   * Runs {@code forward} without gradients.
   *
   * @return the result, attached to the first input's manager
   */
  public NDArray run(NDArray... inputs) {
    return block.forward(parameterStore, new NDList(inputs), false).singletonOrThrow();
  }

  /** Runs another method than {@code forward} without gradients. */
  NDArray runMethod(String method, NDArray... inputs) {
    NDList list = new NDList(inputs);
    list.add(methodTags.computeIfAbsent(method, this::tag));
    return block.forward(parameterStore, list, false).singletonOrThrow();
  }

  /**
   * Runs {@code forward} so that a gradient can be taken, if gradients are switched on in this
   * thread.
   *
   * @return the result, attached to the first input's manager
   */
  public NDArray runTraining(NDArray... inputs) {
    return block.forward(parameterStore, new NDList(inputs), true).singletonOrThrow();
  }

  /**
   * Returns the parameters by attribute name; the module's own, changed in place by training.
   *
   * @param trainable whether they are to collect gradients
   */
  public Map<String, NDArray> parameters(boolean trainable) {
    block.freezeParameters(!trainable);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (Pair<String, Parameter> entry : block.getParameters()) {
      arrays.put(entry.getKey(), entry.getValue().getArray());
    }
    return arrays;
  }

  @Override
  public void close() {
    manager.close();
  }

  private NDArray tag(String method) {
    NDArray tag = manager.zeros(new Shape());
    tag.setName(METHOD_TAG + method);
    return tag;
  }
}
