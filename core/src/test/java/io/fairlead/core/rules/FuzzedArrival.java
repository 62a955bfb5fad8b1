package io.fairlead.core.rules;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * A fuzzer's input, read as bytes that arrive in pieces of the fuzzer's choice:
 *
 * <pre>
 *  +----------------------------+----------------------------+-----------
 *  |  Lengths of four pieces,   |  Limit of a head           |  Bytes ...
 *  |  one byte each, over again |  (2 bytes, big-endian)     |
 *  +----------------------------+----------------------------+-----------
 * </pre>
 *
 * <p>Four zeros mean one piece, and a limit of zero means the usual one. Frames have no limit: there the two bytes are
 * missing. Those that an input is too short for are zero.
 */
final class FuzzedArrival {
    private static final int PIECE_COUNT = 4;
    private static final int LIMIT_LENGTH = 2;
    private static final int USUAL_LIMIT = 16 * 1024;

    private final byte[] input;
    private final byte[] bytes;

    private FuzzedArrival(byte[] input, int bytesIndex) {
        this.input = Arrays.copyOf(input, Math.max(input.length, bytesIndex));
        bytes = Arrays.copyOfRange(this.input, bytesIndex, this.input.length);
    }

    static FuzzedArrival ofHead(byte[] input) {
        return new FuzzedArrival(input, PIECE_COUNT + LIMIT_LENGTH);
    }

    static FuzzedArrival ofFrames(byte[] input) {
        return new FuzzedArrival(input, PIECE_COUNT);
    }

    byte[] bytes() {
        return bytes;
    }

    int limit() {
        final int limit = (input[PIECE_COUNT] & 0xff) << Byte.SIZE | (input[PIECE_COUNT + 1] & 0xff);
        return limit == 0 ? USUAL_LIMIT : limit;
    }

    /** Where each piece ends: never falling, the last at the end of the bytes. */
    int[] pieceEnds() {
        final int[] ends = new int[PIECE_COUNT * (bytes.length + 1)];
        int count = 0;
        int end = 0;
        while (end < bytes.length || count == 0) {
            end += pieceLength(count);
            ends[count] = Math.min(end, bytes.length);
            count++;
        }
        return Arrays.copyOf(ends, count);
    }

    /** The shortest prefix that suffices for what no longer one takes back; one more than there are bytes if none does. */
    int shortest(IntPredicate suffices) {
        int from = 0;
        int to = bytes.length + 1;
        while (from < to) {
            final int middle = (from + to) >>> 1;
            if (middle > bytes.length || suffices.test(middle)) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }

    private int pieceLength(int index) {
        final boolean isWhole = input[0] == 0 && input[1] == 0 && input[2] == 0 && input[3] == 0;
        return isWhole ? bytes.length : input[index % PIECE_COUNT] & 0xff;
    }
}
