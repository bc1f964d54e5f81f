/**
 * Benchmarks: what this machine and this code can do, as ratios within one run.
 *
 * <p>A benchmark is one class: it measures in rounds, each of which measures everything in turn, so
 * that other work on the machine disturbs both sides of a ratio alike, and it reports medians over
 * the rounds.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.bench.Benchmark}, {@link
 * io.stepwise.bench.BenchmarkReport}.
 *
 * <p>May use {@code sampling}, {@code training}, {@code http}, {@code cluster} and {@code load},
 * which it measures, what these are made of, {@code plot}, and tensors. Knows no command line: how
 * a report is printed is not its matter.
 */
@NullMarked
package io.stepwise.bench;

import org.jspecify.annotations.NullMarked;
