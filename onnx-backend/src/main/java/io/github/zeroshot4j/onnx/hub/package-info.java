/**
 * Models by name: {@link io.github.zeroshot4j.onnx.hub.ModelHub#resolve(String) ModelHub.ofSystem().resolve(name)} gives a
 * model directory for {@link io.github.zeroshot4j.onnx.OnnxEncoder#open(java.nio.file.Path) OnnxEncoder.open}. It is the only
 * part of the library that uses the network, and it does so when it is called and at no other time.
 */
@NullMarked
package io.github.zeroshot4j.onnx.hub;

import org.jspecify.annotations.NullMarked;
