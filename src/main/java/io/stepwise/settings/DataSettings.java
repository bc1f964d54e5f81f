package io.stepwise.settings;

import java.nio.file.Path;

/**
 * Data sets to train on.
 *
 * @param fashionMnist folder of Fashion-MNIST's four files; need not exist until it is read
 */
public record DataSettings(Path fashionMnist) {

  static DataSettings read(SettingsReader reader) {
    return new DataSettings(reader.path("fashion-mnist"));
  }
}
