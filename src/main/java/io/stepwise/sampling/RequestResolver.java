package io.stepwise.sampling;

import io.stepwise.batching.BatchKey;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks requests against the models and limits, and decides what they leave open. Nothing is spent
 * on a request that is turned down.
 */
final class RequestResolver {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
  private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");
  private static final double MAX_GUIDANCE = 20;
  private static final int MAX_PRIORITY = 10;
  private static final Set<String> PLAN_FIELDS = Set.of("steps", "solver", "eta");

  private final Map<String, ServedModel> models = new LinkedHashMap<>();
  private final SamplingOptions.Requests limits;
  private final LongSupplier seeds;

  /**
   * Resolves requests for these models.
   *
   * @param models one or more; the first is the default
   * @param seeds where the seeds of requests without one come from
   */
  RequestResolver(List<ServedModel> models, SamplingOptions.Requests limits, LongSupplier seeds) {
    for (ServedModel model : models) {
      if (this.models.put(model.name(), model) != null) {
        throw new IllegalArgumentException(
            "model: " + model.name() + " twice (expected: names that differ)");
      }
    }
    if (models.isEmpty()) {
      throw new IllegalArgumentException("models: 0 (expected: 1 or more)");
    }
    this.limits = limits;
    this.seeds = seeds;
  }

  /**
   * Returns the request with all decided.
   *
   * @throws InvalidRequestException naming the first field that is wrong
   */
  ResolvedRequest resolve(GenerationRequest request, long nowNanos) {
    if (!ID.matcher(request.id()).matches()) {
      throw new InvalidRequestException(
          "id",
          quoted(request.id()),
          "1 to 128 letters, digits, dots, dashes, colons, underscores");
    }
    String key = request.idempotencyKey();
    if (key != null && !KEY.matcher(key).matches()) {
      throw new InvalidRequestException(
          "Idempotency-Key", quoted(key), "1 to 255 visible ASCII characters");
    }
    ServedModel served = model(request.model());
    ModelDescription model = served.model().description();
    requireRange("n", request.n(), 1, limits.maxImages());
    requireRange("priority", request.priority(), -MAX_PRIORITY, MAX_PRIORITY);
    requireSize(request.size(), model.imageShape());
    Label label = Label.of(request.prompt(), model);
    double guidance = guidance(request.guidance(), label, model);
    String solver = Objects.requireNonNullElse(request.solver(), served.plans().defaultSolver());
    StepPlan plan = plan(request, solver, served.plans());
    Duration deadline = deadline(request.deadline());
    Long seed = request.seed();
    Recipe recipe =
        new Recipe(
            request.id(),
            key(model),
            model.shape(),
            model.imageShape(),
            plan,
            seed == null ? seeds.getAsLong() : seed,
            label.index(),
            guidance,
            new Recipe.Urgency(
                request.client().share(),
                nowNanos,
                nowNanos + deadline.toNanos(),
                request.priority()),
            request.previews());
    return new ResolvedRequest(
        model.name(),
        request.n(),
        solver,
        label.name(),
        request.eta(),
        deadline,
        request.detached(),
        recipe);
  }

  private static BatchKey key(ModelDescription model) {
    ImageShape shape = model.shape();
    return new BatchKey(
        model.digest(), shape.channels() + "x" + shape.height() + "x" + shape.width());
  }

  private ServedModel model(@Nullable String name) {
    ServedModel served = name == null ? models.values().iterator().next() : models.get(name);
    if (served == null) {
      throw new InvalidRequestException(
          "model", quoted(Objects.toString(name)), "one of " + String.join(", ", models.keySet()));
    }
    return served;
  }

  private static double guidance(@Nullable Double asked, Label label, ModelDescription model) {
    double guidance = Objects.requireNonNullElse(asked, 1.0);
    if (!(guidance >= 0 && guidance <= MAX_GUIDANCE)) {
      throw new InvalidRequestException("guidance", guidance, "0 to " + MAX_GUIDANCE);
    }
    if (guidance != 1 && !model.hasNoneLabel()) {
      throw new InvalidRequestException(
          "guidance", guidance, "1, for the model was not trained for guidance");
    }
    if (guidance != 1 && label.isNone()) {
      throw new InvalidRequestException("guidance", guidance, "1 where the prompt names no label");
    }
    return guidance;
  }

  private StepPlan plan(GenerationRequest request, String solver, PlanSource plans) {
    if (!plans.solvers().contains(solver)) {
      throw new InvalidRequestException(
          "solver", quoted(solver), "one of " + String.join(", ", plans.solvers()));
    }
    int maxSteps = Math.min(limits.maxSteps(), plans.maxSteps());
    int steps =
        Objects.requireNonNullElse(request.steps(), Math.min(limits.defaultSteps(), maxSteps));
    requireRange("steps", steps, 1, maxSteps);
    Double eta = request.eta();
    if (eta != null && !(eta >= 0 && Double.isFinite(eta))) {
      throw new InvalidRequestException("eta", eta, "a number of 0 or more");
    }
    try {
      return plans.plan(solver, steps, eta);
    } catch (IllegalArgumentException unfit) {
      throw unfit(unfit);
    }
  }

  private static InvalidRequestException unfit(IllegalArgumentException unfit) {
    String message = Objects.toString(unfit.getMessage(), "no plan");
    String field = message.substring(0, Math.max(0, message.indexOf(':')));
    return PLAN_FIELDS.contains(field)
        ? new InvalidRequestException(field, message)
        : new InvalidRequestException("solver", message);
  }

  private Duration deadline(@Nullable Duration asked) {
    if (asked == null) {
      return limits.defaultDeadline();
    }
    if (asked.isZero() || asked.isNegative() || asked.compareTo(limits.maxDeadline()) > 0) {
      throw new InvalidRequestException(
          "deadline_ms", asked.toMillis(), "1 to " + limits.maxDeadline().toMillis());
    }
    return asked;
  }

  private static void requireSize(@Nullable String size, ImageShape shape) {
    String own = shape.width() + "x" + shape.height();
    if (size != null && !size.equals(own)) {
      throw new InvalidRequestException("size", quoted(size), own);
    }
  }

  private static void requireRange(String param, int value, int low, int high) {
    if (value < low || value > high) {
      throw new InvalidRequestException(param, value, low + " to " + high);
    }
  }

  static String quoted(String text) {
    String shown = text.length() > 100 ? text.substring(0, 100) + "..." : text;
    return '"' + shown + '"';
  }
}
