package io.stepwise.cli;

import io.stepwise.image.FloatImage;
import io.stepwise.image.Png;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs {@code train} with a network of two small levels on twelve images of 8 x 8.
 *
 * @param data where the images are
 * @param out folder of the run, unless another is given
 */
record TinyTrainCommand(Path data, Path out) {

  /** Draws images of two kinds, dark and light. */
  static TinyTrainCommand in(Path folder) throws IOException {
    Path data = folder.resolve("data");
    for (String label : List.of("dark", "light")) {
      Path images = Files.createDirectories(data.resolve(label));
      for (int i = 0; i < 6; i++) {
        float[] pixels = new float[64];
        Arrays.fill(pixels, label.equals("dark") ? -0.8f : 0.8f - 0.05f * i);
        Files.write(images.resolve(i + ".png"), Png.encode(new FloatImage(1, 8, 8, pixels)));
      }
    }
    return new TinyTrainCommand(data, folder.resolve("run"));
  }

  /** Runs it with further options, each with its value and at last one without. */
  CommandResult run(String... more) {
    String[] common = {
      "train",
      "--out",
      out.toString(),
      "--data",
      data.toString(),
      "--grey",
      "--batch-size",
      "4",
      "--channels",
      "16,16",
      "--warm-up",
      "1"
    };
    List<String> arguments = new ArrayList<>(List.of(common));
    for (int i = 0; i + 1 < more.length; i += 2) {
      int given = arguments.indexOf(more[i]);
      if (given >= 0) {
        arguments.set(given + 1, more[i + 1]);
      } else {
        arguments.addAll(List.of(more[i], more[i + 1]));
      }
    }
    if (more.length % 2 == 1) {
      arguments.add(more[more.length - 1]);
    }
    return CommandResult.of(arguments.toArray(String[]::new));
  }
}
