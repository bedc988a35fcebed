/**
 * CLIP and its relatives on ONNX Runtime. Start with {@link io.github.zeroshot4j.onnx.OnnxEncoder#open(java.nio.file.Path)
 * OnnxEncoder.open(directory)}.
 *
 * <p>A model directory is the layout of ONNX models on the Hugging Face Hub:
 * <pre>
 *   config.json                        context length (text_config.max_position_embeddings), embedding dimension
 *   preprocessor_config.json           sides, filter, mean and standard deviation
 *   tokenizer.json                     the tokenizer
 *   onnx/vision_model.onnx             pixel_values [n, 3, s, s] to image_embeds [n, d]
 *   onnx/text_model.onnx               input_ids [n, t], and attention_mask where it is asked for, to text_embeds [n, d]
 *   onnx/*_model_fp16.onnx             variants, any of the three is enough
 *   onnx/*_model_quantized.onnx
 *   zeroshot4j.json                    optional: name, logit scale, presence calibration, known words, model card line
 * </pre>
 *
 * <p><b>Native libraries.</b> ONNX Runtime unpacks its library (28 MB) to a new directory in {@code java.io.tmpdir} at each
 * start, deletes the files at exit and leaves the empty directory behind. The tokenizer keeps its library (15 MB) in
 * {@code ~/.djl.ai/tokenizers}, JNA, which it uses, its own in {@code ~/.cache/JNA}; the system property
 * {@code DJL_CACHE_DIR} moves the first, {@code jna.tmpdir} the second.
 *
 * <p><b>Network.</b> None; models are downloaded by the package {@code hub} alone. The tokenizer's library would look for a cloud
 * machine's metadata at its start and, where it finds CUDA, download a build of itself for it: opening an encoder first sets
 * the system properties {@code OPT_OUT_TRACKING=true} and {@code RUST_FLAVOR=cpu}, which stop both, unless they (or environment
 * variables of these names) are set already.
 */
@NullMarked
package io.github.zeroshot4j.onnx;

import org.jspecify.annotations.NullMarked;
