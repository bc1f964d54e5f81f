package io.stepwise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFileTest {

  private final Path file;

  ImageFileTest(@TempDir Path folder) {
    this.file = folder.resolve("picture.png");
  }

  @Test
  void greySamplesAreTakenAsStored() throws IOException {
    ImageFiles.grey(file, 4, 0, 1, 128, 255);

    assertThat(unsigned(1)).containsExactly(0, 1, 128, 255);
    assertThat(unsigned(3)).containsExactly(0, 1, 128, 255, 0, 1, 128, 255, 0, 1, 128, 255);
  }

  @Test
  void colourBecomesPlanesOrLuma() throws IOException {
    ImageFiles.rgb(file, 2, 0xff0000, 0x00ff80);

    assertThat(unsigned(3)).containsExactly(255, 0, 0, 255, 0, 128);
    assertThat(unsigned(1)).containsExactly(76, 164);
  }

  @Test
  void transparencyIsLaidOverWhite() throws IOException {
    ImageFiles.argb(file, 3, 0x00112233, 0xff112233, 0x80000000);

    assertThat(unsigned(3)).containsExactly(255, 0x11, 127, 255, 0x22, 127, 255, 0x33, 127);
  }

  @Test
  void jpegIsRead() throws IOException {
    ImageFiles.jpeg(file.resolveSibling("picture.jpg"), 8, 16, 0x4080c0);

    Picture picture = ImageFile.read(file.resolveSibling("picture.jpg"), 3);

    assertThat(picture.height()).isEqualTo(16);
    assertThat(picture.width()).isEqualTo(8);
    assertThat(picture.pixels()[0] & 0xff).isCloseTo(0x40, within(3));
    assertThat(picture.pixels()[2 * 128] & 0xff).isCloseTo(0xc0, within(3));
  }

  @Test
  void brokenFilesAreNamed() throws IOException {
    Files.writeString(file, "plainly not an image");
    assertRefused("picture.png: not an image (expected: PNG or JPEG)");
    ImageFiles.grey(file, 100, new int[10_000]);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, 40));
    assertRefused("picture.png: cannot be decoded");
    Files.delete(file);
    assertRefused("picture.png: cannot be opened");
  }

  /** A header of 60,000 x 60,000 pixels, which would take 3.6 GB, and no pixels behind it. */
  @Test
  void headerThatClaimsTooMuchIsRefused() throws IOException {
    ImageFiles.grey(file, 1, 7);
    byte[] png = Files.readAllBytes(file);
    ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 60_000);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
    Files.write(file, png);

    assertRefused("picture.png: 60000 x 60000 pixels (expected: at most 67108864 in all)");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> ImageFile.read(file, 1))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(message);
  }

  private int[] unsigned(int channels) {
    byte[] pixels = ImageFile.read(file, channels).pixels();
    int[] values = new int[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels[i] & 0xff;
    }
    return values;
  }
}
