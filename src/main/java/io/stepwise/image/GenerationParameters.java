package io.stepwise.image;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an image was made, as text that image tools show: the label on the first line, then {@code
 * Steps: 50, Sampler: ddim, CFG scale: 3.0, Seed: 7, Size: 28x28, Model hash: ..., Model: ...}.
 *
 * <p>The form is the one that Stable Diffusion web UI established for the text chunk {@link
 * #KEYWORD}. As there, a value that holds a comma, a colon or a line break stands as a JSON string.
 * So does a label that would not fit on one line as it is; an empty label has no line.
 *
 * @param model the model's name
 * @param snapshot SHA-256 of the weights in hex ({@code Model hash})
 * @param solver the solver's name ({@code Sampler})
 * @param steps number of steps, 1 or more
 * @param seed the request's seed
 * @param label the label asked for; empty for none
 * @param guidance weight of the label, 1 for no guidance ({@code CFG scale})
 * @param eta 0 deterministic to 1 ancestral; null if the solver knows none
 * @param imageIndex index of the image in its request, 0 or more
 * @param width in pixels
 * @param height in pixels
 */
public record GenerationParameters(
    String model,
    String snapshot,
    String solver,
    int steps,
    long seed,
    String label,
    double guidance,
    @Nullable Double eta,
    int imageIndex,
    int width,
    int height) {

  /** Keyword of the text chunk that holds {@link #text}. */
  public static final String KEYWORD = "parameters";

  private static final String STEPS = "Steps";
  private static final String SAMPLER = "Sampler";
  private static final String GUIDANCE = "CFG scale";
  private static final String SEED = "Seed";
  private static final String IMAGE_INDEX = "Image index";
  private static final String ETA = "Eta";
  private static final String SIZE = "Size";
  private static final String MODEL_HASH = "Model hash";
  private static final String MODEL = "Model";

  /** Returns the text of the chunk. */
  public String text() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(STEPS, Integer.toString(steps));
    fields.put(SAMPLER, solver);
    fields.put(GUIDANCE, Double.toString(guidance));
    fields.put(SEED, Long.toString(seed));
    fields.put(IMAGE_INDEX, Integer.toString(imageIndex));
    if (eta != null) {
      fields.put(ETA, Double.toString(eta));
    }
    fields.put(SIZE, width + "x" + height);
    fields.put(MODEL_HASH, snapshot);
    fields.put(MODEL, model);
    String line = ParameterText.fields(fields);
    return label.isEmpty() ? line : ParameterText.label(label) + "\n" + line;
  }

  /** Returns the text under its keyword, ready for {@link Png#encode(FloatImage, Map)}. */
  public Map<String, String> chunk() {
    return Map.of(KEYWORD, text());
  }

  /**
   * Reads what {@link #text} wrote; fields that it does not know are left out.
   *
   * @throws IllegalArgumentException if a field is missing or is no number where one is expected
   */
  public static GenerationParameters parse(String text) {
    int lastLine = text.lastIndexOf('\n') + 1;
    Map<String, String> fields = ParameterText.parseFields(text.substring(lastLine));
    String label = lastLine == 0 ? "" : ParameterText.parseLabel(text.substring(0, lastLine - 1));
    String[] size = field(fields, SIZE).split("x", 2);
    String eta = fields.get(ETA);
    try {
      return new GenerationParameters(
          field(fields, MODEL),
          field(fields, MODEL_HASH),
          field(fields, SAMPLER),
          Integer.parseInt(field(fields, STEPS)),
          Long.parseLong(field(fields, SEED)),
          label,
          Double.parseDouble(field(fields, GUIDANCE)),
          eta == null ? null : Double.valueOf(eta),
          Integer.parseInt(field(fields, IMAGE_INDEX)),
          Integer.parseInt(size[0]),
          Integer.parseInt(size.length == 2 ? size[1] : ""));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("parameters: " + e.getMessage() + " in: " + text, e);
    }
  }

  private static String field(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("parameters: no " + name + " among " + fields.keySet());
    }
    return value;
  }
}
