/** The recipe of a folder on Apache Spark: a module of its own, so that nobody else downloads Spark. */
@NullMarked
package io.github.zeroshot4j.examples.spark;

import org.jspecify.annotations.NullMarked;
