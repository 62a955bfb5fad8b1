package io.fairlead.echo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Reads what a server sent, as lines: {@code text:hello}, {@code pong:}, {@code close:1002}; fragments as they came. */
final class ServerFrames {
    private ServerFrames() {}

    /** Every frame, in order: {@code text+} is one that is not final, {@code more} and {@code more+} continue it. */
    static List<String> frames(byte[] bytes) {
        List<String> frames = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            int first = in.get() & 0xFF;
            int brief = in.get();
            long length = brief == 126 ? in.getShort() & 0xFFFF : brief == 127 ? in.getLong() : brief;
            byte[] payload = new byte[Math.toIntExact(length)];
            in.get(payload);
            frames.add(describe(first, payload));
        }
        return frames;
    }

    /** Every frame, with the fragments of each message joined, and a message that was never ended left out. */
    static List<String> messages(byte[] bytes) {
        List<String> messages = new ArrayList<>();
        StringBuilder message = new StringBuilder();
        for (String frame : frames(bytes)) {
            int colon = frame.indexOf(':');
            String kind = frame.substring(0, colon);
            boolean isControl = kind.equals("pong") || kind.equals("close");
            if (isControl) {
                messages.add(frame);
                continue;
            }
            message.append(
                    kind.startsWith("more")
                            ? frame.substring(colon + 1)
                            : kind.replace("+", "") + frame.substring(colon));
            if (!kind.endsWith("+")) {
                messages.add(message.toString());
                message.setLength(0);
            }
        }
        return messages;
    }

    private static String describe(int first, byte[] payload) {
        String end = (first & 0x80) == 0 ? "+:" : ":";
        return switch (first & 0x7F) {
            // One character a byte, so that fragments that part a code point can be joined.
            case 0 -> "more" + end + new String(payload, StandardCharsets.ISO_8859_1);
            case 1 -> "text" + end + new String(payload, StandardCharsets.ISO_8859_1);
            case 2 -> "binary" + end + new String(payload, StandardCharsets.ISO_8859_1);
            case 8 ->
                "close:" + (payload.length == 0 ? "" : ByteBuffer.wrap(payload).getShort());
            case 10 -> "pong:" + new String(payload, StandardCharsets.ISO_8859_1);
            default ->
                throw new AssertionError("unexpected frame " + Integer.toHexString(first) + " "
                        + HexFormat.of().formatHex(payload));
        };
    }
}
