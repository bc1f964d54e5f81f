package io.stepwise.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A fenced block of a document.
 *
 * @param place file and line, for messages
 * @param language what stands behind the fence; empty for none
 */
record MarkdownBlock(String place, String language, String text) {

  private static final String FENCE = "```";
  private static final String PROMPT = "$ ";

  /** Returns the blocks of a document in their order. */
  static List<MarkdownBlock> read(Path document) throws IOException {
    List<MarkdownBlock> blocks = new ArrayList<>();
    List<String> lines = Files.readAllLines(document);
    int opened = -1;
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).startsWith(FENCE)) {
        continue;
      }
      if (opened < 0) {
        opened = i;
      } else {
        blocks.add(
            new MarkdownBlock(
                document + ":" + (opened + 1),
                lines.get(opened).substring(FENCE.length()).strip(),
                String.join("\n", lines.subList(opened + 1, i))));
        opened = -1;
      }
    }
    if (opened >= 0) {
      throw new IllegalStateException(document + ":" + (opened + 1) + ": block without an end");
    }
    return blocks;
  }

  /** Returns whether a shell can run it: {@code sh}, or {@code console} with prompts. */
  boolean isCommand() {
    return language.equals("sh") || language.equals("console");
  }

  /** Returns the commands; in a console those behind a prompt, with the lines that go on. */
  String script() {
    if (language.equals("sh")) {
      return text;
    }
    StringBuilder commands = new StringBuilder();
    boolean goesOn = false;
    for (String line : text.split("\n", -1)) {
      if (goesOn || line.startsWith(PROMPT)) {
        commands.append(goesOn ? line : line.substring(PROMPT.length())).append('\n');
        goesOn = line.endsWith("\\");
      }
    }
    return commands.toString();
  }
}
