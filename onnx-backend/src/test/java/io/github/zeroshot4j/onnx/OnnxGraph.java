package io.github.zeroshot4j.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes small ONNX graphs: the protocol buffers of onnx.proto3, of which a few fields are enough. */
final class OnnxGraph {
    static final int FLOAT = 1;
    static final int INT32 = 6;
    static final int INT64 = 7;
    static final int BOOL = 9;
    static final int FLOAT16 = 10;
    static final int DOUBLE = 11;

    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;

    private final Message graph = new Message();

    OnnxGraph() {
        graph.text(2, "graph");
    }

    /** Adds an input; a shape is of Integers, and of Strings for what may vary. */
    OnnxGraph input(String name, int type, Object... shape) {
        graph.message(11, port(name, type, shape));
        return this;
    }

    OnnxGraph output(String name, int type, Object... shape) {
        graph.message(12, port(name, type, shape));
        return this;
    }

    OnnxGraph floats(String name, float[] values, int... dims) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return constant(name, FLOAT, raw.array(), dims);
    }

    /** Adds a constant whose values lie in a file of their own, beside the graph's. */
    OnnxGraph external(String name, String file, int... dims) {
        Message location = new Message().text(1, "location").text(2, file);
        graph.message(5, tensor(name, FLOAT, dims).message(13, location).number(14, 1));
        return this;
    }

    OnnxGraph longs(String name, long... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        return constant(name, INT64, raw.array(), values.length);
    }

    OnnxGraph node(String operator, String output, String... inputs) {
        graph.message(1, nodeMessage(operator, output, inputs));
        return this;
    }

    /** Adds a node with one attribute, an integer. */
    OnnxGraph node(String operator, String attribute, int value, String output, String... inputs) {
        Message node = nodeMessage(operator, output, inputs);
        node.message(5, new Message().text(1, attribute).number(3, value).number(20, 2));
        graph.message(1, node);
        return this;
    }

    byte[] bytes() {
        return new Message()
                .number(1, IR_VERSION)
                .message(7, graph)
                .message(8, new Message().number(2, OPSET))
                .bytes();
    }

    private OnnxGraph constant(String name, int type, byte[] raw, int... dims) {
        graph.message(5, tensor(name, type, dims).field(9, raw));
        return this;
    }

    private static Message tensor(String name, int type, int... dims) {
        Message tensor = new Message();
        for (int dim : dims) {
            tensor.number(1, dim);
        }
        return tensor.number(2, type).text(8, name);
    }

    private static Message nodeMessage(String operator, String output, String... inputs) {
        Message node = new Message();
        for (String input : inputs) {
            node.text(1, input);
        }
        return node.text(2, output).text(4, operator);
    }

    private static Message port(String name, int type, Object... shape) {
        Message dims = new Message();
        for (Object dim : shape) {
            dims.message(
                    1,
                    dim instanceof Integer size ? new Message().number(1, size) : new Message().text(2, (String) dim));
        }
        Message tensor = new Message().number(1, type).message(2, dims);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** A protocol buffer. */
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Message text(int field, String value) {
            return field(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return field(field, value.bytes());
        }

        Message field(int field, byte[] value) {
            varint(((long) field << 3) | 2);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) ((rest & 0x7F) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
