package io.stepwise.sampling;

import io.stepwise.network.ModelDescription;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image shall show, as the kernel and as people call it.
 *
 * @param index the class index; the class for "none" has the one after the last; 0 for a model
 *     without classes
 * @param name the label; empty for none
 */
record Label(long index, String name) {

  private static final Pattern CLASS = Pattern.compile("class:([0-9]{1,9})");

  boolean isNone() {
    return name.isEmpty();
  }

  /**
   * Returns the label that a prompt names: by its name in either case, as {@code class:7}, or with
   * an empty prompt none.
   *
   * @throws InvalidRequestException if the model has no such label
   */
  static Label of(String prompt, ModelDescription model) {
    String wanted = prompt.strip();
    List<String> labels = model.labels();
    if (wanted.isEmpty() && (labels.isEmpty() || model.hasNoneLabel())) {
      return new Label(labels.size(), "");
    }
    Matcher byIndex = CLASS.matcher(wanted);
    for (int i = 0; i < labels.size(); i++) {
      boolean named = labels.get(i).equalsIgnoreCase(wanted);
      if (named || (byIndex.matches() && Long.parseLong(byIndex.group(1)) == i)) {
        return new Label(i, labels.get(i));
      }
    }
    throw new InvalidRequestException("prompt", RequestResolver.quoted(prompt), expectation(model));
  }

  private static String expectation(ModelDescription model) {
    if (model.labels().isEmpty()) {
      return "\"\", for the model knows no labels";
    }
    return "one of "
        + String.join(", ", model.labels())
        + ", class:0 to class:"
        + (model.labels().size() - 1)
        + (model.hasNoneLabel() ? ", or \"\" for none" : "");
  }
}
