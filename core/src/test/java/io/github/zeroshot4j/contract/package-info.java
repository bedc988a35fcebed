/** Tests of what the test-jar ships; they stay out of it. */
@NullMarked
package io.github.zeroshot4j.contract;

import org.jspecify.annotations.NullMarked;
