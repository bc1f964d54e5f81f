/**
 * The HTTP face: routes, strict JSON, and errors that name the field and what was expected.
 *
 * <pre>
 *   connection --ConnectionStage--> FrontDoor --> Api --whole body--> routes ---> SamplingClient
 *                    |             who, how often?             |           ^
 *             client went away ------------cancel--------------+           |
 *                                                                          |
 *   websocket frames <---> SocketStage <---> StreamSession, Outbox --orders--+
 *   server-sent events <-- EventStage <----- EventSession, Outbox  <--events--+
 * </pre>
 *
 * <p>A request is known by its caller before its body is read; its {@link
 * io.stepwise.http.Exchange} is logged and counted when it was answered.
 *
 * <p>Every request is read whole before it is routed, so that limits on size and time are the same
 * everywhere and no answer leaves an unread body behind. Every error is an {@link
 * io.stepwise.http.ApiError}, told in OpenAI's shape, or under {@code /v2} in that of the Open
 * Inference Protocol; {@code docs/api.md} lists them. {@code openapi.json} describes the routes for
 * programs and is held to them by tests.
 *
 * <p>What is streamed waits in an {@link io.stepwise.http.Outbox} until its reader can take it: of
 * each image the newest preview, not encoded yet, and every final image. So a reader that stops
 * reading costs no more than the images that it may have at a time, and slows nobody.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.http.HttpServer}, {@link
 * io.stepwise.http.FrontDoor}, {@link io.stepwise.http.Api}, {@link
 * io.stepwise.http.GenerationRequestJson}, {@link io.stepwise.http.SocketStage}, {@link
 * io.stepwise.http.EventStage}, {@link io.stepwise.http.InferenceRoutes}.
 *
 * <p>May use {@code sampling}, {@code training}, {@code settings}, {@code telemetry}, {@code
 * image}, Pekko HTTP and Jackson. Knows no actor but the service behind {@link
 * io.stepwise.sampling.SamplingClient} and sees no tensor.
 */
@NullMarked
package io.stepwise.http;

import org.jspecify.annotations.NullMarked;
