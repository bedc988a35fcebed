/**
 * CLIP and its relatives as an {@link io.github.zeroshot4j.Encoder}, on ONNX Runtime.
 *
 * <p>ONNX Runtime and the tokenizer load native libraries: from JDK 24 on, start the application with
 * {@code --enable-native-access=com.microsoft.onnxruntime,ai.djl.tokenizers,com.sun.jna} (on the class path:
 * {@code ALL-UNNAMED}), or the JVM prints a warning.
 */
module io.github.zeroshot4j.onnx {
    requires transitive io.github.zeroshot4j;
    requires ai.djl.tokenizers;
    requires com.fasterxml.jackson.databind;
    requires com.microsoft.onnxruntime;
    requires java.net.http;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.github.zeroshot4j.onnx;
    exports io.github.zeroshot4j.onnx.hub;
}
