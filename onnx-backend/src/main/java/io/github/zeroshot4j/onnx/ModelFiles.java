package io.github.zeroshot4j.onnx;

import io.github.zeroshot4j.EncoderException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The files of one model, and the one style of their errors: "model name (where): file must rule, found what". */
final class ModelFiles {
    static final String CONFIG = "config.json";
    static final String PREPROCESSOR = "preprocessor_config.json";

    /** What newer transformers write instead: the same in the section "image_processor". */
    static final String PROCESSOR = "processor_config.json";

    static final String TOKENIZER = "tokenizer.json";
    static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    static final String FACTS = "zeroshot4j.json";

    private static final int BUFFER = 1 << 16;

    private final ModelSource source;
    private final String name;

    /** Makes the files of a model that is called as its directory is, or as the source's description. */
    ModelFiles(ModelSource source) {
        this(source, defaultName(source));
    }

    private ModelFiles(ModelSource source, String name) {
        this.source = source;
        this.name = name;
    }

    /** Returns the same files with another name of the model. */
    ModelFiles named(String name) {
        return new ModelFiles(source, name);
    }

    String name() {
        return name;
    }

    boolean exists(String file) {
        return read(file, stream -> Boolean.TRUE).isPresent();
    }

    byte[] bytes(String file) {
        return read(file, InputStream::readAllBytes).orElseThrow(() -> failure(file, "must exist, found no such file"));
    }

    /** Returns the first bytes of a file, fewer where it is shorter; none of a file that is not there. */
    byte[] start(String file, int count) {
        return read(file, stream -> stream.readNBytes(count)).orElse(new byte[0]);
    }

    Optional<byte[]> optionalBytes(String file) {
        return read(file, InputStream::readAllBytes);
    }

    /** Returns where the file is on disk, if the model is a directory there: ONNX Runtime knows no other file systems. */
    Optional<Path> onDisk(String file) {
        return source instanceof DirectorySource d && d.directory().getFileSystem() == FileSystems.getDefault()
                ? Optional.of(d.directory().resolve(file))
                : Optional.empty();
    }

    /** Returns the SHA-256 of the files one after the other, external data of graphs included, in hexadecimal. */
    String fingerprint(String... files) {
        MessageDigest digest = sha256();
        for (String file : files) {
            if (source instanceof DirectorySource d) {
                try {
                    for (Path part : d.withExternalData(file)) {
                        try (InputStream stream = d.disk().open(part)) {
                            update(digest, stream);
                        }
                    }
                } catch (IOException e) {
                    throw failure(file, "must be readable: " + e, e);
                }
            } else {
                read(file, stream -> update(digest, stream));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    EncoderException failure(String file, String problem) {
        return new EncoderException(model() + ": " + file + " " + problem);
    }

    EncoderException failure(String file, String problem, Throwable cause) {
        return new EncoderException(model() + ": " + file + " " + problem, cause);
    }

    private String model() {
        String where = source.description();
        return "model " + (name.equals(where) ? name : name + " (" + where + ")");
    }

    private static String defaultName(ModelSource source) {
        if (source instanceof DirectorySource d) {
            Path name = d.directory().toAbsolutePath().normalize().getFileName();
            return name == null ? d.description() : name.toString();
        }
        return source.description();
    }

    private interface Reader<T> {
        T read(InputStream stream) throws IOException;
    }

    private <T> Optional<T> read(String file, Reader<T> reader) {
        try {
            Optional<InputStream> opened = source.open(file);
            if (opened.isEmpty()) {
                return Optional.empty();
            }
            try (InputStream stream = opened.get()) {
                return Optional.of(reader.read(stream));
            }
        } catch (IOException e) {
            throw failure(file, "must be readable: " + e, e);
        }
    }

    private static MessageDigest update(MessageDigest digest, InputStream stream) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
            digest.update(buffer, 0, n);
        }
        return digest;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
