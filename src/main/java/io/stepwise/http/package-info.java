/**
 * The HTTP face: routes, strict JSON, and errors that name the field and what was expected.
 *
 * <pre>
 *   connection --ConnectionStage--> Api --whole body--> GenerationRoutes | ModelRoutes | HealthRoutes
 *                    |                                        |
 *             client went away -------cancel----------> SamplingClient
 * </pre>
 *
 * <p>Every request is read whole before it is routed, so that limits on size and time are the same
 * everywhere and no answer leaves an unread body behind. Every error has the shape of {@link
 * io.stepwise.http.ApiError}; {@code docs/api.md} lists them.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.http.HttpServer}, {@link io.stepwise.http.Api},
 * {@link io.stepwise.http.GenerationRequestJson}.
 *
 * <p>May use {@code sampling}, {@code training}, {@code settings}, {@code telemetry}, {@code
 * image}, Pekko HTTP and Jackson. Knows no actor but the service behind {@link
 * io.stepwise.sampling.SamplingClient} and sees no tensor.
 */
@NullMarked
package io.stepwise.http;

import org.jspecify.annotations.NullMarked;
