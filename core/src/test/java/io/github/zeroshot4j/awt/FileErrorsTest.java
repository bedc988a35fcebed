package io.github.zeroshot4j.awt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

/** Made here rather than met: whoever runs the tests as root may read everything. */
final class FileErrorsTest {
    @Test
    void explained_errorOfAPathAlone_sameKindWithItsReason() {
        AccessDeniedException denied = new AccessDeniedException("a.png");

        assertThat(FileErrors.explained(denied))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessage("a.png: permission denied")
                .hasCause(denied);
        assertThat(FileErrors.explained(new NoSuchFileException("a.png")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage("a.png: no such file");
        assertThat(FileErrors.explained(new DirectoryNotEmptyException("a.png")))
                .hasMessage("a.png: DirectoryNotEmptyException");
    }

    @Test
    void explained_errorWithReason_asItIs() {
        FileSystemException error = new FileSystemException("a.png", null, "Input/output error");

        assertThat(FileErrors.explained(error)).isSameAs(error);
    }

    @Test
    void reason_anyError_withoutTheName() {
        assertThat(FileErrors.reason(new AccessDeniedException("a.png"))).isEqualTo("permission denied");
        assertThat(FileErrors.reason(new IOException("No space left on device")))
                .isEqualTo("No space left on device");
    }
}
