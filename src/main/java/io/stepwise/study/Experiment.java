package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.network.FolderModel;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * One question of the study: measured model by model, so that it can be interrupted between two of
 * them, and then shown on one page with all models beside one another.
 */
interface Experiment {

  /** Returns the name of its files, lower-case. */
  String name();

  /** Returns the heading of its page. */
  String title();

  /** Returns whether a model has what is measured. */
  boolean suits(FolderModel model);

  /** Returns the figures of one model, those that are not known measured now. */
  JsonNode measure(MeasuredModel model) throws IOException;

  /**
   * Returns what the figures say of claims about these models.
   *
   * @param results what {@link #measure} found, by the model's name, at least one
   */
  List<Claim> claims(Map<String, JsonNode> results);

  /**
   * Draws the figures into the study's folder and returns the page's text below its heading, as
   * Markdown.
   *
   * @param results what {@link #measure} found, by the model's name, at least one
   */
  String page(Map<String, JsonNode> results, StudyFolder folder) throws IOException;
}
