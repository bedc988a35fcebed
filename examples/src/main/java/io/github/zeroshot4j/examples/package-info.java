/** Recipes: short programs to start from. What the README shows is taken from here, and tests run all of it. */
@NullMarked
package io.github.zeroshot4j.examples;

import org.jspecify.annotations.NullMarked;
