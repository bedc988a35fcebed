package io.github.zeroshot4j.awt;

import java.nio.charset.StandardCharsets;

/** What a file is by its first bytes; its name says nothing. Also the formats that only a plug-in, or nothing, reads. */
enum ImageFormat {
    JPEG("", ""),
    PNG("", ""),
    GIF("", ""),
    BMP("", ""),
    TIFF("", ""),
    BIG_TIFF("a BigTIFF image", "com.twelvemonkeys.imageio:imageio-tiff"),
    WEBP("a WebP image", "com.twelvemonkeys.imageio:imageio-webp"),
    HEIF("an AVIF, HEIC or video file", ""),
    JPEG_2000("a JPEG 2000 image", ""),
    JPEG_XL("a JPEG XL image", ""),
    PHOTOSHOP("a Photoshop document", "com.twelvemonkeys.imageio:imageio-psd"),
    ICON("a Windows icon", "com.twelvemonkeys.imageio:imageio-bmp"),
    PNM("a PNM image", "com.twelvemonkeys.imageio:imageio-pnm"),
    PDF("a PDF document", ""),
    SVG("an SVG drawing", ""),
    UNKNOWN("", "");

    private final String article;
    private final String artifact;

    ImageFormat(String article, String artifact) {
        this.article = article;
        this.artifact = artifact;
    }

    static ImageFormat of(byte[] file) {
        String head = new String(file, 0, Math.min(32, file.length), StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return JPEG;
        } else if (head.startsWith("\u0089PNG\r\n\u001a\n")) {
            return PNG;
        } else if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) {
            return GIF;
        } else if (head.startsWith("II*\0") || head.startsWith("MM\0*")) {
            return TIFF;
        } else if (head.startsWith("II+\0") || head.startsWith("MM\0+")) {
            return BIG_TIFF;
        } else if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
            return WEBP;
        } else if (head.startsWith("BM")) {
            return BMP;
        }
        return unread(head);
    }

    private static ImageFormat unread(String head) {
        if (head.startsWith("ftyp", 4)) {
            return HEIF;
        } else if (head.startsWith("\0\0\0\fjP  ") || head.startsWith("\u00ffO\u00ffQ")) {
            return JPEG_2000;
        } else if (head.startsWith("\0\0\0\fJXL ") || head.startsWith("\u00ff\n")) {
            return JPEG_XL;
        } else if (head.startsWith("8BPS")) {
            return PHOTOSHOP;
        } else if (head.startsWith("\0\0\1\0")) {
            return ICON;
        } else if (head.length() > 2
                && head.charAt(0) == 'P'
                && "123456".indexOf(head.charAt(1)) >= 0
                && head.charAt(2) <= ' ') {
            return PNM;
        } else if (head.startsWith("%PDF")) {
            return PDF;
        } else if (head.startsWith("<svg") || head.startsWith("<?xml")) {
            return SVG;
        }
        return UNKNOWN;
    }

    /** Returns what the file is and what to do about it; empty if there is nothing to say. */
    String whyNotRead() {
        if (article.isEmpty()) {
            return "";
        }
        String remedy = artifact.isEmpty()
                ? "convert it to JPEG or PNG"
                : "convert it to JPEG or PNG, or add the library " + artifact + " to the class path";
        return article + ", which the JDK does not read; " + remedy;
    }
}
