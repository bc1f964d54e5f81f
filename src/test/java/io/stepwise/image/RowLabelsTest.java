package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowLabelsTest {

  private static final List<String> LABELS = List.of("t-shirt", "bag");

  @Test
  void labelsAreImagesOfOneWidth() {
    RowLabels labels = RowLabels.of(LABELS, 30);

    assertThat(labels.images()).hasSize(2);
    assertThat(labels.images())
        .allMatch(image -> image.width() == labels.width() && image.height() == 30);
    assertThat(labels.images().get(0)).isNotEqualTo(labels.images().get(1));
  }

  @Test
  void blankLabelsTakeNoPlace() {
    assertThat(RowLabels.of(List.of("", " "), 30).width()).isZero();
    assertThat(RowLabels.of(List.of(), 30).width()).isZero();
  }

  /** A Java process to which fontconfig reports no font at all, as in a slim container. */
  @Test
  void machineWithoutFontsDrawsNoLabels(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path noFonts = Files.writeString(folder.resolve("fonts.conf"), "<fontconfig></fontconfig>");
    ProcessBuilder bareMachine =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Djava.awt.headless=true",
            "-Duser.home=" + folder, // where the JDK remembers fonts it once found
            "-cp",
            System.getProperty("java.class.path"),
            BareMachine.class.getName());
    bareMachine.environment().put("FONTCONFIG_FILE", noFonts.toString());
    Process process = bareMachine.redirectErrorStream(true).start();

    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(output).isEqualTo("width 0, images 0");
    assertThat(process.waitFor()).isZero();
  }

  /** The program that runs without fonts. */
  static final class BareMachine {

    private BareMachine() {}

    public static void main(String[] arguments) {
      RowLabels labels = RowLabels.of(LABELS, 30);
      System.out.printf("width %d, images %d", labels.width(), labels.images().size());
    }
  }
}
