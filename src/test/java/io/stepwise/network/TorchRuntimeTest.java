package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchRuntimeTest {

  static Stream<Throwable> failures() {
    return Stream.of(
        new UnsatisfiedLinkError("no method"),
        new NoClassDefFoundError("no class"),
        new ExceptionInInitializerError(new IllegalStateException("no engine")),
        new OutOfMemoryError("no memory"),
        new StackOverflowError(),
        new InternalError("no page"),
        new IllegalStateException("no resource"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void errorOfNativeCodeBecomesException(Throwable failure) {
    assertThatThrownBy(() -> TorchRuntime.guard("a step", () -> sneakyThrow(failure)))
        .isInstanceOf(NetworkException.class)
        .hasMessageStartingWith("a step: ")
        .hasMessageNotContaining("null")
        .hasCause(failure);
  }

  @Test
  void itsOwnExceptionIsNotWrappedAgain() {
    NetworkException failure = new NetworkException("a step: no");

    assertThatThrownBy(() -> TorchRuntime.guard("more", () -> sneakyThrow(failure)))
        .isSameAs(failure);
  }

  @Test
  void settingsNameDevices() {
    assertThat(TorchRuntime.device("cpu")).isEqualTo(Device.cpu());
    assertThat(TorchRuntime.device("auto")).isNotNull();
    assertThatThrownBy(() -> TorchRuntime.device("cuda:999"))
        .isInstanceOf(NetworkException.class)
        .hasMessageStartingWith("device: cuda:999 (expected: cpu, as this machine has ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda", "cuda:", "cuda:-1", "cuda:x", "cuda:99999999999"})
  void otherDevicesAreRefused(String name) {
    assertThatThrownBy(() -> TorchRuntime.device(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("device: " + name + " (expected: cpu, cuda:N");
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> Object sneakyThrow(Throwable failure) throws E {
    throw (E) failure;
  }
}
