package io.stepwise.load;

import java.util.List;

/** What tests ask for. */
final class Asked {

  private Asked() {}

  /** Returns requests of one image and the server's steps. */
  static RequestOptions once() {
    return of(StepMix.NONE, 0);
  }

  static RequestOptions cancelling(double rate) {
    return of(StepMix.NONE, rate);
  }

  static RequestOptions mixed(String mix) {
    return of(StepMix.parse(mix), 0);
  }

  static RequestOptions of(StepMix mix, double cancelRate) {
    return new RequestOptions(
        null, List.of("boot", "bag", "coat"), mix, 1, null, null, null, null, 1, cancelRate);
  }
}
