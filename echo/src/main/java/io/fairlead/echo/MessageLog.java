package io.fairlead.echo;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Logs the messages of one connection, a line each, keeping no more than the beginning of the one under way. <b>Owned by
 * the loop thread.</b> It allocates: it exists only where every message is logged.
 */
final class MessageLog {
    private static final int KEPT_LENGTH_LIMIT = 256;

    private final Consumer<String> log;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long messageLength;

    MessageLog(Consumer<String> log) {
        this.log = log;
    }

    /** Takes the next unmasked bytes of the message. */
    void onPayload(ByteBuffer bytes, int offset, int length) {
        messageLength += length;
        final int end = offset + Math.min(length, KEPT_LENGTH_LIMIT - kept.size());
        for (int i = offset; i < end; i++) {
            kept.write(bytes.get(i));
        }
    }

    /** Logs the message that has just ended. */
    void onMessageEnd(boolean isText) {
        String line = isText ? text() : "(" + messageLength + " bytes of binary)";
        log.accept("Received message: " + line);
        kept.reset();
        messageLength = 0;
    }

    private String text() {
        String beginning = escape(decode(ByteBuffer.wrap(kept.toByteArray())));
        return messageLength > KEPT_LENGTH_LIMIT ? beginning + "… (" + messageLength + " bytes)" : beginning;
    }

    // What was kept of a long message may end inside a code point; the decoder leaves that out.
    private static CharSequence decode(ByteBuffer bytes) {
        CharBuffer characters = CharBuffer.allocate(bytes.remaining());
        StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .decode(bytes, characters, false);
        return characters.flip();
    }

    /** Keeps a client from writing to the terminal anything but visible characters of this one line. */
    private static String escape(CharSequence text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(point -> {
            switch (point) {
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> appendVisible(line, point);
            }
        });
        return line.toString();
    }

    private static void appendVisible(StringBuilder line, int point) {
        boolean invisible =
                switch (Character.getType(point)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED -> true;
                    default -> false;
                };
        if (invisible) {
            line.append(String.format("\\u{%x}", point));
        } else {
            line.appendCodePoint(point);
        }
    }
}
