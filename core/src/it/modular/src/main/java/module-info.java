/** A modular user of the library and of its tests. The tools of the tests are optional, for the run without java.desktop. */
open module modular {
    requires io.github.zeroshot4j;
    requires io.github.zeroshot4j.testing;
    requires static org.assertj.core;
    requires static org.junit.jupiter.api;
}
