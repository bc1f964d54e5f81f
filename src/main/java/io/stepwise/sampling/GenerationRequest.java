package io.stepwise.sampling;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for, before it is checked. Null stands for "not given" everywhere.
 *
 * @param id the caller's name for this generation, 1 to 128 characters; unique among those that run
 * @param model name of a model; null for the first one served
 * @param version digest of the weights to use, the current version's or the canary's; null for
 *     whichever the service chooses
 * @param prompt a label of the model ("sneaker"), its class index ("class:7"), or "" for none
 * @param n how many images
 * @param size "WIDTHxHEIGHT", which must be the model's own; null for that
 * @param seed where all noise comes from; null for a random one, which the result names
 * @param steps network evaluations for each image; null for the default
 * @param solver name of a solver; null for the model's default
 * @param guidance classifier-free guidance; null for 1, which is none
 * @param eta stochasticity for solvers that have one; null for the solver's default
 * @param deadline how long the whole generation may take from now on; null for the longest allowed
 * @param priority -10 to 10, higher goes first; 0 is ordinary
 * @param client on whose behalf
 * @param previews which steps the caller is shown; null for none
 * @param detached whether the generation goes on when nobody listens to it any more; then its
 *     result is kept for a while
 * @param idempotencyKey the caller's name for this very request, 1 to 255 visible ASCII characters:
 *     a second one of the same owner joins the first or gets its result; null for none
 */
public record GenerationRequest(
    String id,
    @Nullable String model,
    @Nullable String version,
    String prompt,
    int n,
    @Nullable String size,
    @Nullable Long seed,
    @Nullable Integer steps,
    @Nullable String solver,
    @Nullable Double guidance,
    @Nullable Double eta,
    @Nullable Duration deadline,
    int priority,
    Client client,
    @Nullable Previews previews,
    boolean detached,
    @Nullable String idempotencyKey) {

  /**
   * Returns whether another request of the same owner asks for the same: all fields are equal but
   * the id and where it comes from.
   */
  boolean asksForTheSameAs(GenerationRequest other) {
    return anonymous().equals(other.anonymous());
  }

  private GenerationRequest anonymous() {
    return new GenerationRequest(
        "",
        model,
        version,
        prompt,
        n,
        size,
        seed,
        steps,
        solver,
        guidance,
        eta,
        deadline,
        priority,
        new Client(client.owner(), ""),
        previews,
        detached,
        idempotencyKey);
  }

  /** Returns a builder of a request for one image of nothing in particular. */
  public static Builder builder(String id) {
    return new Builder(id);
  }

  /** Collects the fields of a request by name; what is not set is "not given". */
  public static final class Builder {

    private final String id;
    private @Nullable String model;
    private @Nullable String version;
    private String prompt = "";
    private int n = 1;
    private @Nullable String size;
    private @Nullable Long seed;
    private @Nullable Integer steps;
    private @Nullable String solver;
    private @Nullable Double guidance;
    private @Nullable Double eta;
    private @Nullable Duration deadline;
    private int priority;
    private Client client = Client.ANYBODY;
    private @Nullable Previews previews;
    private boolean detached;
    private @Nullable String idempotencyKey;

    private Builder(String id) {
      this.id = id;
    }

    public Builder model(@Nullable String model) {
      this.model = model;
      return this;
    }

    public Builder version(@Nullable String version) {
      this.version = version;
      return this;
    }

    public Builder prompt(String prompt) {
      this.prompt = prompt;
      return this;
    }

    public Builder n(int n) {
      this.n = n;
      return this;
    }

    public Builder size(@Nullable String size) {
      this.size = size;
      return this;
    }

    public Builder seed(@Nullable Long seed) {
      this.seed = seed;
      return this;
    }

    public Builder steps(@Nullable Integer steps) {
      this.steps = steps;
      return this;
    }

    public Builder solver(@Nullable String solver) {
      this.solver = solver;
      return this;
    }

    public Builder guidance(@Nullable Double guidance) {
      this.guidance = guidance;
      return this;
    }

    public Builder eta(@Nullable Double eta) {
      this.eta = eta;
      return this;
    }

    public Builder deadline(@Nullable Duration deadline) {
      this.deadline = deadline;
      return this;
    }

    public Builder priority(int priority) {
      this.priority = priority;
      return this;
    }

    public Builder client(Client client) {
      this.client = client;
      return this;
    }

    public Builder previews(@Nullable Previews previews) {
      this.previews = previews;
      return this;
    }

    public Builder detached(boolean detached) {
      this.detached = detached;
      return this;
    }

    public Builder idempotencyKey(@Nullable String idempotencyKey) {
      this.idempotencyKey = idempotencyKey;
      return this;
    }

    /** Returns the request; nothing is checked before the service sees it. */
    public GenerationRequest build() {
      return new GenerationRequest(
          id,
          model,
          version,
          prompt,
          n,
          size,
          seed,
          steps,
          solver,
          guidance,
          eta,
          deadline,
          priority,
          client,
          previews,
          detached,
          idempotencyKey);
    }
  }
}
