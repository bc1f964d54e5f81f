/**
 * The command line: one picocli command a class, and the composition roots that wire the other
 * packages together.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.cli.Main}.
 *
 * <p>May use every other package; no other package uses it.
 */
@NullMarked
package io.stepwise.cli;

import org.jspecify.annotations.NullMarked;
