/**
 * The load tester: a client that asks a server for images as many people would, and says how long
 * they waited.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.load.LoadTest}, {@link
 * io.stepwise.load.LoadOptions}, {@link io.stepwise.load.LoadReport}.
 *
 * <p>What is sent when is decided by {@link io.stepwise.load.RequestSequence} alone, a pure
 * function of the seed. {@link io.stepwise.load.OpenLoop} and {@link io.stepwise.load.ClosedLoop}
 * send it through a {@link io.stepwise.load.Transport}; an {@link io.stepwise.load.Exchange}
 * follows one request, and {@link io.stepwise.load.Measurements} gathers what the exchanges saw.
 * Times are nanoseconds of one {@link io.stepwise.load.LoadClock}, so that tests can run hours in
 * no time.
 *
 * <p>May use the JDK's HTTP client, JSON, histograms, plots and random numbers. Knows nothing of
 * the server's code: only of what goes over the wire.
 */
@NullMarked
package io.stepwise.load;

import org.jspecify.annotations.NullMarked;
