/**
 * What the service tells those who watch it: every meter, by name, in one class.
 *
 * <p>The labels of a meter have few values, known when the service starts: models, states, reasons,
 * templates of routes. An id, a path or an address is never one.
 *
 * <p><b>Starting point:</b> {@link io.stepwise.telemetry.Meters}; {@code docs/operations.md} lists
 * them for operators.
 *
 * <p>May use Micrometer and the JDK. Knows nothing of actors, HTTP or models.
 */
@NullMarked
package io.stepwise.telemetry;

import org.jspecify.annotations.NullMarked;
