package io.fairlead.echo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Gathers a request head until its blank line, in whatever pieces it comes, and refuses at its first byte what no head
 * can contain: so garbage need not be waited for. <b>Owned by the loop thread.</b>
 */
final class HeadCollector {
    /** The longest head, its blank line included. */
    static final int LENGTH_LIMIT = 16 * 1024;

    private static final int FIRST_LENGTH = 512;

    /** What is known after some bytes. */
    enum Verdict {
        NEEDS_INPUT,
        COMPLETE,
        MALFORMED,
        TOO_LONG
    }

    private byte[] bytes = new byte[FIRST_LENGTH];
    private int length;
    private int lineOffset;

    /** Takes bytes up to the blank line, and none beyond it. */
    Verdict collect(ByteBuffer in) {
        while (in.hasRemaining()) {
            if (length == LENGTH_LIMIT) {
                return Verdict.TOO_LONG;
            }
            byte value = in.get();
            if (!canFollow(value)) {
                return Verdict.MALFORMED;
            }
            append(value);
            if (value == '\n') {
                boolean isBlank = length - lineOffset == 2;
                if (isBlank) {
                    return lineOffset == 0 ? Verdict.MALFORMED : Verdict.COMPLETE;
                }
                lineOffset = length;
            }
        }
        return Verdict.NEEDS_INPUT;
    }

    /** The complete head. */
    String head() {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private boolean canFollow(byte value) {
        boolean afterReturn = length > 0 && bytes[length - 1] == '\r';
        if (afterReturn || value == '\n') {
            return afterReturn && value == '\n';
        }
        boolean isControl = (value >= 0 && value < ' ') || value == 0x7F;
        return !isControl || value == '\r' || value == '\t';
    }

    private void append(byte value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = value;
    }
}
