package io.stepwise.network;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the native library writes to the error stream on its own. On a processor that one of its
 * parts does not know it warns of that once a convolution, and it reads the variable that would
 * silence it only under Python; so its level is set where it lies.
 */
final class NativeWarnings {

  private static final Logger LOG = LoggerFactory.getLogger(NativeWarnings.class);
  private static final String LEVEL = "FLAGS_caffe2_log_level";
  private static final int ERROR = 2;

  private NativeWarnings() {}

  /** Leaves errors alone; does nothing where the library has no such level. */
  static void silence() {
    String file = System.mapLibraryName("c10");
    Path library = Path.of(LibUtils.getLibtorchPath()).resolve(file);
    try {
      NativeLibrary.getInstance(library.toString())
          .getGlobalVariableAddress(LEVEL)
          .setInt(0, ERROR);
    } catch (UnsatisfiedLinkError e) {
      LOG.debug("{} keeps its level of warnings: {}", file, e.getMessage());
    }
  }
}
