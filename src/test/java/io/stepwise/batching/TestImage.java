package io.stepwise.batching;

/** An image as tests make it. */
record TestImage(
    String request,
    int image,
    BatchKey key,
    int rows,
    int remainingSteps,
    long acceptedNanos,
    long deadlineNanos,
    int priority)
    implements WaitingImage {

  static final BatchKey KEY = new BatchKey("weights", "1x28x28");
  static final long SECOND = 1_000_000_000L;

  static TestImage of(String request, int image) {
    return new TestImage(request, image, KEY, 1, 10, 0, 3600 * SECOND, 0);
  }

  TestImage withKey(BatchKey other) {
    return new TestImage(
        request, image, other, rows, remainingSteps, acceptedNanos, deadlineNanos, priority);
  }

  TestImage withRows(int other) {
    return new TestImage(
        request, image, key, other, remainingSteps, acceptedNanos, deadlineNanos, priority);
  }

  TestImage withRemaining(int other) {
    return new TestImage(request, image, key, rows, other, acceptedNanos, deadlineNanos, priority);
  }

  TestImage acceptedAt(long nanos) {
    return new TestImage(request, image, key, rows, remainingSteps, nanos, deadlineNanos, priority);
  }

  TestImage dueAt(long nanos) {
    return new TestImage(request, image, key, rows, remainingSteps, acceptedNanos, nanos, priority);
  }

  TestImage withPriority(int other) {
    return new TestImage(
        request, image, key, rows, remainingSteps, acceptedNanos, deadlineNanos, other);
  }
}
