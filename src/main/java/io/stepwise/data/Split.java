package io.stepwise.data;

/** Which part of a data set: the one to learn from or the one kept back to measure with. */
public enum Split {
  TRAIN,
  TEST
}
