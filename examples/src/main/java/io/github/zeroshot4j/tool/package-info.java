/**
 * The command line tool {@code zeroshot}: {@link io.github.zeroshot4j.tool.Zeroshot}. It shows the library, and is not part
 * of it: nothing here is an interface to program against.
 */
@NullMarked
package io.github.zeroshot4j.tool;

import org.jspecify.annotations.NullMarked;
