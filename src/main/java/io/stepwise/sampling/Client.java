package io.stepwise.sampling;

/**
 * On whose behalf a request is made.
 *
 * @param owner whose generations the caller may see and cancel; the same for all who need not prove
 *     who they are
 * @param share among whom the capacity is shared evenly: the owner, or an address where anybody may
 *     call
 * @param maxUnfinishedImages most images of the owner that may be accepted and unfinished
 */
public record Client(String owner, String share, int maxUnfinishedImages) {

  /** Whoever calls where nobody has to say who they are. */
  public static final Client ANYBODY = new Client("anybody", "anybody");

  /** A client whose images only the whole service's bound limits. */
  public Client(String owner, String share) {
    this(owner, share, Integer.MAX_VALUE);
  }
}
