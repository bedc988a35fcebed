/** A small CLIP of everyday things as drawings and 3D renders, embedded in its jar. */
module io.github.zeroshot4j.tiny {
    requires transitive io.github.zeroshot4j.onnx;
    requires static org.jspecify;

    exports io.github.zeroshot4j.tiny;
}
