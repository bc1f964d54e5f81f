package io.stepwise.sampling;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The root of the sampling actors and the only one that callers talk to.
 *
 * <p>A caller sends {@link Generate} and is told events, as many as it asked for, and at the end
 * one {@link GenerationResult}. {@link SamplingClient} does the same for callers that are no
 * actors.
 */
public final class SamplingService {

  /** What the service understands. */
  public sealed interface Command {}

  /**
   * Asks for images. Whatever happens, {@code replyTo} is told exactly one {@link
   * GenerationResult}, last; with {@link Detail#RESULT} that is all it is told, so that {@code ask}
   * works.
   */
  public record Generate(
      GenerationRequest request, Detail detail, ActorRef<GenerationEvent> replyTo)
      implements Command {}

  /** Ends a generation; its images leave at their next step at the latest. */
  public record Cancel(String id, ActorRef<CancelOutcome> replyTo) implements Command {}

  /** Asks where a generation stands; empty if its id is unknown or was forgotten. */
  public record GetGeneration(String id, ActorRef<Optional<GenerationStatus>> replyTo)
      implements Command {}

  /** Asks which models are served, the default one first. */
  public record GetModels(ActorRef<List<ModelInfo>> replyTo) implements Command {}

  /** Asks whether work can be done. */
  public record GetReadiness(ActorRef<Readiness> replyTo) implements Command {}

  /** Refuses new work from now on and replies when all that was accepted has been answered. */
  public record Drain(ActorRef<Done> replyTo) implements Command {}

  /** How much a caller is told before the result; each level includes the one before. */
  public enum Detail {
    /** The result alone. */
    RESULT,
    /** That the request was accepted, and each image when it is done or has failed. */
    IMAGES,
    /** Every step of every image. */
    STEPS
  }

  private SamplingService() {}
}
