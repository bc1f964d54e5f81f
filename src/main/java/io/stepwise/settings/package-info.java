/**
 * The settings: {@code conf/stepwise.conf} read once into checked records.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.settings.Settings}; {@code conf/stepwise.conf},
 * which says of each key what it does, its limits and its default.
 *
 * <p>A key {@code stepwise.sampling.max-steps} is the component {@code maxSteps} of the record
 * {@code SamplingSettings}; a test fails if records and file disagree.
 *
 * <p>May use the JDK and Typesafe Config only; no other package of Stepwise.
 */
@NullMarked
package io.stepwise.settings;

import org.jspecify.annotations.NullMarked;
