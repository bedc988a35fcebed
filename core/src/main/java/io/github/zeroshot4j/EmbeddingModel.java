package io.github.zeroshot4j;

/**
 * Which model embeddings come from: only texts embedded by the same one can be compared with them.
 *
 * @param name what errors and results call the model
 * @param variant such as "fp32"
 * @param fingerprint what tells the model apart from every other
 * @param dimension length of an embedding
 */
record EmbeddingModel(String name, String variant, String fingerprint, int dimension) {

    static EmbeddingModel of(EncoderSpec spec) {
        return new EmbeddingModel(spec.modelName(), spec.variant(), spec.fingerprint(), spec.embeddingDimension());
    }

    /** Names do not count: a model that was moved or renamed is the same model. */
    boolean isSameAs(EmbeddingModel other) {
        return fingerprint.equals(other.fingerprint) && dimension == other.dimension;
    }

    @Override
    public String toString() {
        return name + " (" + variant + ", " + dimension + " dimensions, fingerprint " + fingerprint + ")";
    }
}
