package io.stepwise.cluster;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Writes and reads values of one class, field by field in a fixed order.
 *
 * @param <T> the class, or one whose subclasses are not told apart
 */
final class Codec<T> extends Serializer<T> {

  private final BiConsumer<Output, T> writer;
  private final Function<Input, T> reader;

  Codec(BiConsumer<Output, T> writer, Function<Input, T> reader) {
    super(false, true);
    this.writer = writer;
    this.reader = reader;
  }

  void write(Output out, T value) {
    writer.accept(out, value);
  }

  T read(Input in) {
    return reader.apply(in);
  }

  @Override
  public void write(Kryo kryo, Output out, T value) {
    write(out, value);
  }

  @Override
  public T read(Kryo kryo, Input in, Class<? extends T> type) {
    return read(in);
  }
}
