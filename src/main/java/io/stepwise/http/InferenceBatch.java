package io.stepwise.http;

import io.stepwise.sampling.Client;
import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.ModelInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an Open Inference request asks of a model, as generations.
 *
 * <p>An input has one element for all images, or one for each. Where no input has more than one,
 * the {@code n} images are one generation, as those of {@code POST /v1/images/generations} are;
 * otherwise each is a generation of its own, the first image of its seed, and all are of one
 * version.
 */
final class InferenceBatch {

  /** The names of all inputs. */
  static final Set<String> INPUTS =
      new TreeSet<>(Set.of("seed", "label", "steps", "guidance", "eta", "solver", "n"));

  private final InferenceRequestJson request;
  private final ModelInfo model;
  private final int images;
  private final boolean isOneGeneration;

  private InferenceBatch(InferenceRequestJson request, ModelInfo model) {
    this.request = request;
    this.model = model;
    int longest = 1;
    for (InferenceTensor input : request.inputs().values()) {
      longest = Math.max(longest, size(input));
    }
    this.isOneGeneration = longest == 1;
    this.images = images(longest);
  }

  /**
   * Returns the generations, whose images in order are those of the batch.
   *
   * @param version digest of the weights to use; empty for any where there is one generation, and
   *     for the current ones where there are several
   * @throws ApiException naming the first input that is wrong
   */
  static List<GenerationRequest> of(
      InferenceRequestJson request, ModelInfo model, Optional<String> version, Client client) {
    return new InferenceBatch(request, model).generations(version, client);
  }

  private List<GenerationRequest> generations(Optional<String> version, Client client) {
    String id = UUID.randomUUID().toString();
    List<GenerationRequest> generations = new ArrayList<>();
    for (int i = 0; i < (isOneGeneration ? 1 : images); i++) {
      generations.add(
          GenerationRequest.builder(isOneGeneration ? id : id + "-" + i)
              .client(client)
              .model(model.name())
              .version(version.orElse(isOneGeneration ? null : model.digest()))
              .prompt(label(i))
              .n(isOneGeneration ? images : 1)
              .seed(integer("seed", i))
              .steps(steps(i))
              .guidance(number("guidance", i))
              .eta(number("eta", i))
              .solver(text("solver", i))
              .deadline(request.deadline())
              .priority(request.priority())
              .build());
    }
    return generations;
  }

  private int images(int longest) {
    int most = model.maxImages();
    for (InferenceTensor input : request.inputs().values()) {
      if (size(input) != 1 && size(input) != longest) {
        throw ApiError.invalidValue(
                input.name() + ".shape",
                input.shape().toString(),
                "[1] or [" + longest + "], for another input has that many elements")
            .exception();
      }
      if (size(input) > most) {
        throw ApiError.invalidValue(
                input.name() + ".shape",
                input.shape().toString(),
                "at most " + most + " images in a request")
            .exception();
      }
    }
    Long n = integer("n", 0);
    if (n == null) {
      return longest;
    }
    if (size("n") != 1) {
      throw ApiError.invalidValue("n.shape", "[" + size("n") + "]", "[1]").exception();
    }
    boolean isGiven = longest > 1;
    if (isGiven ? n != longest : n < 1 || n > most) {
      String expectation =
          isGiven ? longest + ", as many as another input has elements" : "1 to " + most;
      throw ApiError.invalidValue("n", n.toString(), expectation).exception();
    }
    return Math.toIntExact(n);
  }

  private String label(int image) {
    Object label = at("label", image, type -> !isFloating(type), "BYTES or an integer type");
    if (label == null) {
      return "";
    }
    boolean hasNone = model.hasNoneLabel() || model.labels().isEmpty();
    if (label instanceof Long index) {
      if (index == -1 && hasNone) {
        return "";
      }
      if (index >= 0 && index < model.labels().size()) {
        return model.labels().get(Math.toIntExact(index));
      }
    } else if (isLabel(label.toString(), hasNone)) {
      return label.toString();
    }
    String shown = label instanceof String text ? FieldValue.quoted(text) : label.toString();
    throw ApiError.invalidValue(place("label", image), shown, labels(hasNone)).exception();
  }

  private boolean isLabel(String text, boolean hasNone) {
    String wanted = text.strip();
    return wanted.isEmpty() ? hasNone : model.labels().stream().anyMatch(wanted::equalsIgnoreCase);
  }

  private String labels(boolean hasNone) {
    String none = hasNone ? "\"\" or -1 for none" : "";
    if (model.labels().isEmpty()) {
      return none;
    }
    return "one of "
        + String.join(", ", model.labels())
        + ", 0 to "
        + (model.labels().size() - 1)
        + (hasNone ? ", " + none : "");
  }

  private @Nullable Integer steps(int image) {
    Long steps = integer("steps", image);
    if (steps == null) {
      return null;
    }
    if (steps < 1 || steps > model.maxSteps()) {
      throw ApiError.invalidValue(
              place("steps", image), steps.toString(), "1 to " + model.maxSteps())
          .exception();
    }
    return Math.toIntExact(steps);
  }

  private @Nullable Long integer(String input, int image) {
    return (Long) at(input, image, InferenceType::isInteger, "an integer type");
  }

  private @Nullable Double number(String input, int image) {
    return (Double) at(input, image, InferenceBatch::isFloating, "FP32 or FP64");
  }

  private @Nullable String text(String input, int image) {
    return (String) at(input, image, InferenceType::isText, "BYTES");
  }

  private @Nullable Object at(
      String name, int image, Function<InferenceType, Boolean> accepts, String expectation) {
    InferenceTensor input = request.inputs().get(name);
    if (input == null) {
      return null;
    }
    if (!accepts.apply(input.type())) {
      throw ApiError.invalidValue(name + ".datatype", input.type().name(), expectation).exception();
    }
    return input.values().get(size(input) == 1 ? 0 : image);
  }

  private static boolean isFloating(InferenceType type) {
    return !type.isText() && !type.isInteger();
  }

  private String place(String input, int image) {
    return size(input) == 1 ? input : input + ".data[" + image + "]";
  }

  private int size(String input) {
    InferenceTensor tensor = request.inputs().get(input);
    return tensor == null ? 0 : size(tensor);
  }

  private static int size(InferenceTensor input) {
    return input.values().size();
  }
}
