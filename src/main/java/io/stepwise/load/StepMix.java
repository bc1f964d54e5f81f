package io.stepwise.load;

import java.util.ArrayList;
import java.util.List;

/**
 * Step counts and how often each is asked for.
 *
 * @param shares the step counts in the order given, none of them twice; none at all leaves the
 *     steps to the server
 */
public record StepMix(List<Share> shares) {

  /** The step count of a request that leaves it to the server. */
  static final int SERVERS_CHOICE = 0;

  /** Leaves the steps to the server. */
  public static final StepMix NONE = new StepMix(List.of());

  /**
   * One step count.
   *
   * @param steps 1 or more
   * @param weight how often it comes in proportion to the others, more than 0
   */
  public record Share(int steps, double weight) {

    /** Checks the limits. */
    public Share {
      if (steps < 1) {
        throw new IllegalArgumentException("steps: " + steps + " (expected: >= 1)");
      }
      if (!(weight > 0) || Double.isInfinite(weight)) {
        throw new IllegalArgumentException("weight: " + weight + " (expected: > 0)");
      }
    }
  }

  /** Checks that no step count comes twice. */
  public StepMix {
    shares = List.copyOf(shares);
    if (shares.stream().map(Share::steps).distinct().count() < shares.size()) {
      throw new IllegalArgumentException("a step count comes twice");
    }
  }

  /**
   * Reads {@code "10:0.5,50:0.3,250:0.2"}; a weight that is left out is 1.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static StepMix parse(String text) {
    List<Share> shares = new ArrayList<>();
    try {
      for (String share : text.split(",", -1)) {
        String[] parts = share.strip().split(":", 2);
        double weight = parts.length == 1 ? 1 : Double.parseDouble(parts[1]);
        shares.add(new Share(Integer.parseInt(parts[0]), weight));
      }
      return new StepMix(shares);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          text + " (expected: different step counts with weights, as 10:0.5,50:0.3)", e);
    }
  }

  /** Returns every step count there is, {@link #SERVERS_CHOICE} alone if that is the server's. */
  List<Integer> steps() {
    return shares.isEmpty() ? List.of(SERVERS_CHOICE) : shares.stream().map(Share::steps).toList();
  }

  /**
   * Returns the step count at a place of the distribution.
   *
   * @param uniform 0 to below 1
   */
  int choose(double uniform) {
    double left = uniform * shares.stream().mapToDouble(Share::weight).sum();
    for (Share share : shares) {
      left -= share.weight();
      if (left < 0) {
        return share.steps();
      }
    }
    return shares.isEmpty() ? SERVERS_CHOICE : shares.get(shares.size() - 1).steps();
  }

  /** Returns how a step count is called in a report. */
  static String name(int steps) {
    return steps == SERVERS_CHOICE ? "default" : Integer.toString(steps);
  }
}
