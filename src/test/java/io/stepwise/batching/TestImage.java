package io.stepwise.batching;

/** An image as tests make it. */
record TestImage(
    String request,
    String client,
    int image,
    BatchKey key,
    int rows,
    int steps,
    int remainingSteps,
    long acceptedNanos,
    long deadlineNanos,
    int priority)
    implements WaitingImage {

  static final BatchKey KEY = new BatchKey("weights", "1x28x28");
  static final BatchKey OTHER_KEY = new BatchKey("other weights", "1x28x28");
  static final long SECOND = 1_000_000_000L;

  /** A step costs as many nanoseconds as the batch has rows. */
  static final StepCost ROWS = rows -> rows;

  /** An image of one client and 10 steps, accepted at 0. */
  static TestImage of(String request, int image) {
    return new TestImage(request, "client", image, KEY, 1, 10, 10, 0, 3600 * SECOND, 0);
  }

  TestImage by(String other) {
    return new TestImage(
        request,
        other,
        image,
        key,
        rows,
        steps,
        remainingSteps,
        acceptedNanos,
        deadlineNanos,
        priority);
  }

  TestImage withKey(BatchKey other) {
    return new TestImage(
        request,
        client,
        image,
        other,
        rows,
        steps,
        remainingSteps,
        acceptedNanos,
        deadlineNanos,
        priority);
  }

  TestImage withRows(int other) {
    return new TestImage(
        request,
        client,
        image,
        key,
        other,
        steps,
        remainingSteps,
        acceptedNanos,
        deadlineNanos,
        priority);
  }

  /** An image that has taken no step of so many. */
  TestImage withSteps(int other) {
    return new TestImage(
        request, client, image, key, rows, other, other, acceptedNanos, deadlineNanos, priority);
  }

  TestImage withRemaining(int other) {
    return new TestImage(
        request, client, image, key, rows, steps, other, acceptedNanos, deadlineNanos, priority);
  }

  TestImage acceptedAt(long nanos) {
    return new TestImage(
        request, client, image, key, rows, steps, remainingSteps, nanos, deadlineNanos, priority);
  }

  TestImage dueAt(long nanos) {
    return new TestImage(
        request, client, image, key, rows, steps, remainingSteps, acceptedNanos, nanos, priority);
  }

  TestImage withPriority(int other) {
    return new TestImage(
        request,
        client,
        image,
        key,
        rows,
        steps,
        remainingSteps,
        acceptedNanos,
        deadlineNanos,
        other);
  }

  /** The image one step on. */
  TestImage next() {
    return withRemaining(remainingSteps - 1);
  }

  String name() {
    return request + image;
  }
}
