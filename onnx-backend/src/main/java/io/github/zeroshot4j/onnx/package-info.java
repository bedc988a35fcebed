/**
 * CLIP and its relatives on ONNX Runtime. Start with {@link io.github.zeroshot4j.onnx.OnnxEncoder#open(java.nio.file.Path)
 * OnnxEncoder.open(directory)}.
 *
 * <p>A model directory is the layout of ONNX models on the Hugging Face Hub:
 * <pre>
 *   config.json                        context length (text_config.max_position_embeddings), embedding dimension
 *   preprocessor_config.json           sides, filter, mean and standard deviation; without it processor_config.json
 *   tokenizer.json                     the tokenizer, CLIP's byte pair encoding
 *   tokenizer_config.json              optional: pad_token, for graphs of one fixed length
 *   onnx/vision_model.onnx             pixel_values [n, 3, s, s] to image_embeds [n, d]
 *   onnx/text_model.onnx               input_ids [n, t], and attention_mask where it is asked for, to text_embeds [n, d]
 *   onnx/*_model_fp16.onnx             variants, any of the three is enough
 *   onnx/*_model_quantized.onnx
 *   zeroshot4j.json                    optional: name, logit scale, presence calibration, known words, model card line
 * </pre>
 *
 * <p>Everything is read from these files: sides such as B/16's 224 and L/14's 336 pixels, dimensions, context length. Ids and
 * mask may be of 32 or 64 bits, pixels and embeddings of 16 or 32, embeddings of unit length or not. Another family of models,
 * such as SigLIP, whose files look alike, is refused by its {@code model_type} or its tokenizer.
 *
 * <p><b>Tokens.</b> A prompt gets the ids that transformers' CLIPTokenizer gives it: Unicode NFC, each run of white space one
 * space, lower case, then the vocabulary. A prompt that is longer than the context is cut and keeps its end mark; where the graph
 * or tokenizer.json asks for a fixed length, shorter ones are padded on the right with tokenizer.json's {@code pad_id}, else with
 * {@code pad_token} of tokenizer_config.json, else with 0 as in OpenAI's code. A prompt that contains a special token such as
 * {@code <|endoftext|>} as text is an IllegalArgumentException. OpenAI's own code cleans a prompt first, and transformers' does
 * not: it undoes HTML entities twice ({@code &amp;lt;} becomes {@code <}), repairs text of a wrong encoding, straightens curly
 * quotes, and takes apart ligatures and full-width letters (by the library ftfy). For such prompts the ids differ from OpenAI's;
 * also for a Greek word in capitals that ends in a sigma, which is then lower case letter by letter. Clean them first if you need
 * OpenAI's.
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
