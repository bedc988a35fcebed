/**
 * For tests: {@link io.github.zeroshot4j.testing.FakeEncoder}, which stands in for a model in the tests of code that uses
 * the library, and {@link io.github.zeroshot4j.testing.EncoderContract}, which an encoder of your own passes by being
 * extended.
 *
 * <p>The package comes as the test-jar of {@code zeroshot4j-core}, the module {@code io.github.zeroshot4j.testing}. It
 * brings nothing along: {@code FakeEncoder} needs the library alone, {@code EncoderContract} also JUnit 6
 * ({@code org.junit.jupiter:junit-jupiter}) and AssertJ ({@code org.assertj:assertj-core}), which your own build declares.
 *
 * <pre>
 *   &lt;dependency&gt;
 *     &lt;groupId&gt;io.github.zeroshot4j&lt;/groupId&gt;
 *     &lt;artifactId&gt;zeroshot4j-core&lt;/artifactId&gt;
 *     &lt;version&gt;...&lt;/version&gt;
 *     &lt;type&gt;test-jar&lt;/type&gt;
 *     &lt;scope&gt;test&lt;/scope&gt;
 *   &lt;/dependency&gt;
 * </pre>
 */
@NullMarked
package io.github.zeroshot4j.testing;

import org.jspecify.annotations.NullMarked;
