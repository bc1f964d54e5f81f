/**
 * Plots of reports, in one style.
 *
 * <p><b>Starting point:</b> {@link io.stepwise.plot.LinePlot}.
 *
 * <p>A leaf: may use the plotting library and nothing of Stepwise.
 */
@NullMarked
package io.stepwise.plot;

import org.jspecify.annotations.NullMarked;
