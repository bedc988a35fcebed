package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.RgbImage;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * A Pascal VOC file per image. VOC counts pixels from 1, and its last row and column belong to the box: of a {@link Box} of
 * half-open pixels from 0, the smaller coordinates are one more there, and the larger ones the same. Beyond VOC, an object has a
 * {@code score}, and the image a {@code path}: what JSON results call it.
 */
final class VocDataset implements Dataset {
    private static final String ENDING = ".xml";

    /** What XML cannot hold: control characters, halves of surrogate pairs, and two code points that are none. */
    private static final String NOT_IN_XML = "[^\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]";

    private final OutputFolder folder;

    /**
     * Makes the folder if it is missing.
     *
     * @param kept files that must stay as they are
     * @throws BadUse if it cannot be made or written to
     */
    VocDataset(Path folder, List<Path> kept) {
        this.folder = new OutputFolder("--voc", folder, kept, List.of(ENDING));
    }

    @Override
    public void add(Input input, RgbImage image, List<Detection> detections) {
        folder.write(folder.stemFor(input) + ENDING, xml(input, image, detections));
    }

    @Override
    public void commit() {
        // Every file was written with its image.
    }

    private static String xml(Input input, RgbImage image, List<Detection> detections) {
        try {
            Document document =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument();
            fill(add(document, "annotation"), input, image, detections);
            Transformer transformer = TransformerFactory.newInstance().newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes"); // VOC's files have none
            transformer.setOutputProperty(OutputKeys.INDENT, "yes");
            StringWriter text = new StringWriter();
            transformer.transform(new DOMSource(document), new StreamResult(text));
            return text.toString();
        } catch (ParserConfigurationException | TransformerException e) {
            throw new IllegalStateException(e); // every JDK has them
        }
    }

    private static void fill(Element annotation, Input input, RgbImage image, List<Detection> detections) {
        Path file = input.path().toAbsolutePath().normalize();
        boolean named = input.standardInput() == null;
        add(annotation, "folder", named ? last(file.getParent()) : "");
        add(annotation, "filename", named ? last(file) : input.name());
        add(annotation, "path", input.name());
        add(add(annotation, "source"), "database", ToolVersion.text());
        Element size = add(annotation, "size");
        add(size, "width", image.width());
        add(size, "height", image.height());
        add(size, "depth", 3);
        add(annotation, "segmented", 0);
        for (Detection found : detections) {
            Element object = add(annotation, "object");
            add(object, "name", found.label());
            add(object, "pose", "Unspecified");
            add(object, "truncated", 0);
            add(object, "difficult", 0);
            Box box = found.box();
            Element bounds = add(object, "bndbox");
            add(bounds, "xmin", box.xMin() + 1);
            add(bounds, "ymin", box.yMin() + 1);
            add(bounds, "xmax", box.xMax());
            add(bounds, "ymax", box.yMax());
            add(object, "score", found.score());
        }
    }

    private static String last(@Nullable Path path) {
        return path == null || path.getFileName() == null
                ? ""
                : path.getFileName().toString();
    }

    private static Element add(Node parent, String name) {
        Document document = parent instanceof Document owner ? owner : parent.getOwnerDocument();
        Element element = document.createElement(name);
        parent.appendChild(element);
        return element;
    }

    private static void add(Element parent, String name, Object value) {
        add(parent, name).setTextContent(String.valueOf(value).replaceAll(NOT_IN_XML, "\uFFFD"));
    }
}
