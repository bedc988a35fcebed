/**
 * JMH benchmarks. Each class says in its documentation what it measures, what to compare it with and the command that runs
 * it; {@code benchmarks/README.md} says how to read the figures.
 */
@NullMarked
package io.github.zeroshot4j.benchmarks;

import org.jspecify.annotations.NullMarked;
