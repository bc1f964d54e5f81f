package io.stepwise.http;

import io.stepwise.sampling.FailedImage;
import java.util.List;

/** An image that could not be made. */
record FailureJson(int index, String reason) {

  static List<FailureJson> of(List<FailedImage> failures) {
    return failures.stream().map(f -> new FailureJson(f.index(), f.reason())).toList();
  }
}
