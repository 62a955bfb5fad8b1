package io.fairlead.core.rules;

import org.agrona.DirectBuffer;

/**
 * What a backend's agent says of it, in the grammar of HAProxy's {@code agent-check} (its configuration manual, section 5.2):
 * one line that ends at the first CR or LF, or with the stream; words in any order and in any case of letters, separated by
 * blanks, tabs or commas.
 *
 * <table>
 *   <caption>The words</caption>
 *   <tr><td>{@code 75%}</td><td>its weight is this part of the configured one</td></tr>
 *   <tr><td>{@code maxconn:30}</td><td>it takes so many connections</td></tr>
 *   <tr><td>{@code ready}, {@code drain}, {@code maint}</td><td>what its operator wants of it</td></tr>
 *   <tr><td>{@code up}</td><td>it works</td></tr>
 *   <tr><td>{@code down}, {@code fail}, {@code stopped}</td><td>it does not</td></tr>
 *   <tr><td>{@code #}…</td><td>the rest of the line is the reason, for people</td></tr>
 * </table>
 *
 * <p>What is not said is left as it was. Of contradictory words the last counts, as in HAProxy. A word that is none of them,
 * or whose number is out of range, is passed over and {@link #hasUnknownWords}; so is a line that is too long as a whole,
 * for where it was cut a word would mean another thing. Two things are taken that HAProxy refuses: a reason that follows
 * its word without a blank between, and a line that the stream ends.
 *
 * <p>An agent is trusted with its own backend and with nothing else: whatever the bytes, nothing is thrown, no more than
 * {@link #LINE_LIMIT} of them and one are looked at, and the reason can stand in a log as it is.
 *
 * <p><b>Immutable.</b> Allocates the answer: agents are asked every few seconds.
 *
 * @param weightPercent of the configured weight, 0 to {@link #WEIGHT_PERCENT_LIMIT}, or {@link #NOT_SAID}.
 * @param maxConnections most connections, or {@link #NOT_SAID}. HAProxy takes 0 for no limit.
 * @param administrative what its operator wants.
 * @param operational whether it works.
 * @param reason behind the first {@code #}, without blanks around it, of printable ASCII: {@code ?} stands for any other
 *     byte; cut at {@link #REASON_LIMIT}. Empty when none was given.
 * @param hasUnknownWords whether part of the line was not understood.
 */
public record AgentAnswer(
        int weightPercent,
        int maxConnections,
        Administrative administrative,
        Operational operational,
        String reason,
        boolean hasUnknownWords) {
    /** What stands for a number that the agent did not give. */
    public static final int NOT_SAID = -1;

    /** Longest line in bytes, its end not counted. */
    public static final int LINE_LIMIT = 512;

    /** Most characters of a reason. */
    public static final int REASON_LIMIT = 64;

    /** Highest weight, in percent of the configured one; a word that says more is not understood. */
    public static final int WEIGHT_PERCENT_LIMIT = 1000;

    private static final int NO_END = -1;
    private static final int LAST_PRINTABLE = '~';
    private static final char UNPRINTABLE = '?';
    private static final Word READY = Word.ofAnyCase("ready");
    private static final Word DRAIN = Word.ofAnyCase("drain");
    private static final Word MAINT = Word.ofAnyCase("maint");
    private static final Word UP = Word.ofAnyCase("up");
    private static final Word DOWN = Word.ofAnyCase("down");
    private static final Word FAIL = Word.ofAnyCase("fail");
    private static final Word STOPPED = Word.ofAnyCase("stopped");
    private static final Word MAX_CONNECTIONS = Word.ofAnyCase("maxconn:");

    /** What the operator of a backend wants of it. */
    public enum Administrative {
        /** Nothing was said. */
        NONE,
        /** It takes connections: ends what the other two began. */
        READY,
        /** It takes no new connections. */
        DRAIN,
        /** It is being worked on. */
        MAINT
    }

    /** Whether a backend works, as its agent sees it. */
    public enum Operational {
        /** Nothing was said. */
        NONE,
        /** It does. */
        UP,
        /** It does not. */
        DOWN
    }

    /**
     * Whether {@link #of} will not change its mind when more arrives: the line is ended, or is too long.
     *
     * @param bytes all bytes received, from the very first on.
     * @param offset of the first.
     * @param length how many there are.
     * @return false when an answer is not to be had before more bytes, or the end of the stream, are there.
     */
    public static boolean isComplete(DirectBuffer bytes, int offset, int length) {
        return length > LINE_LIMIT || lineEnd(bytes, offset, length) != NO_END;
    }

    /**
     * Read an answer.
     *
     * @param bytes all bytes received, from the very first on; {@link #isComplete}, or the stream has ended behind them.
     * @param offset of the first.
     * @param length how many there are.
     * @return what they say.
     */
    public static AgentAnswer of(DirectBuffer bytes, int offset, int length) {
        final int lineEnd = lineEnd(bytes, offset, length);
        if (lineEnd == NO_END && length > LINE_LIMIT) {
            return new AgentAnswer(NOT_SAID, NOT_SAID, Administrative.NONE, Operational.NONE, "", true);
        }
        return new Reader(bytes).read(offset, lineEnd == NO_END ? offset + length : lineEnd);
    }

    /**
     * Whether nothing is to be changed: not one word that means anything was there.
     *
     * @return true when nothing was said; there may be a reason, or unknown words.
     */
    public boolean isEmpty() {
        return weightPercent == NOT_SAID
                && maxConnections == NOT_SAID
                && administrative == Administrative.NONE
                && operational == Operational.NONE;
    }

    private static int lineEnd(DirectBuffer bytes, int offset, int length) {
        final int end = offset + Math.min(length, LINE_LIMIT + 1);
        for (int i = offset; i < end; i++) {
            final byte b = bytes.getByte(i);
            if (b == '\r' || b == '\n') {
                return i;
            }
        }
        return NO_END;
    }

    /** What was read of a line so far. */
    private static final class Reader {
        private final DirectBuffer bytes;
        private int weightPercent = NOT_SAID;
        private int maxConnections = NOT_SAID;
        private Administrative administrative = Administrative.NONE;
        private Operational operational = Operational.NONE;
        private boolean hasUnknownWords;

        Reader(DirectBuffer bytes) {
            this.bytes = bytes;
        }

        AgentAnswer read(int from, int to) {
            int index = from;
            while (index < to && bytes.getByte(index) != '#') {
                final int wordStart = index;
                while (index < to && !isBetweenWords(bytes.getByte(index))) {
                    index++;
                }
                if (index > wordStart) {
                    readWord(wordStart, index);
                } else {
                    index++;
                }
            }
            final String reason = index < to ? reason(index + 1, to) : "";
            return new AgentAnswer(weightPercent, maxConnections, administrative, operational, reason, hasUnknownWords);
        }

        private void readWord(int from, int to) {
            if (READY.equalsBytes(bytes, from, to)) {
                administrative = Administrative.READY;
            } else if (DRAIN.equalsBytes(bytes, from, to)) {
                administrative = Administrative.DRAIN;
            } else if (MAINT.equalsBytes(bytes, from, to)) {
                administrative = Administrative.MAINT;
            } else if (UP.equalsBytes(bytes, from, to)) {
                operational = Operational.UP;
            } else if (isDown(from, to)) {
                operational = Operational.DOWN;
            } else if (!readWeight(from, to) && !readMaxConnections(from, to)) {
                hasUnknownWords = true;
            }
        }

        private boolean isDown(int from, int to) {
            return DOWN.equalsBytes(bytes, from, to)
                    || FAIL.equalsBytes(bytes, from, to)
                    || STOPPED.equalsBytes(bytes, from, to);
        }

        private boolean readWeight(int from, int to) {
            if (bytes.getByte(to - 1) != '%') {
                return false;
            }
            final int number = number(from, to - 1, WEIGHT_PERCENT_LIMIT);
            if (number == NOT_SAID) {
                return false;
            }
            weightPercent = number;
            return true;
        }

        private boolean readMaxConnections(int from, int to) {
            final int numberFrom = from + MAX_CONNECTIONS.length();
            if (numberFrom >= to || !MAX_CONNECTIONS.equalsBytes(bytes, from, numberFrom)) {
                return false;
            }
            final int number = number(numberFrom, to, Integer.MAX_VALUE);
            if (number == NOT_SAID) {
                return false;
            }
            maxConnections = number;
            return true;
        }

        /** Digits and nothing else, or {@link #NOT_SAID}. */
        private int number(int from, int to, int limit) {
            long number = from < to ? 0 : NOT_SAID;
            for (int i = from; i < to; i++) {
                final byte b = bytes.getByte(i);
                if (b < '0' || b > '9') {
                    return NOT_SAID;
                }
                number = 10 * number + (b - '0');
                if (number > limit) {
                    return NOT_SAID;
                }
            }
            return (int) number;
        }

        private String reason(int from, int to) {
            int start = from;
            while (start < to && isBlank(bytes.getByte(start))) {
                start++;
            }
            int end = Math.min(to, start + REASON_LIMIT);
            while (end > start && isBlank(bytes.getByte(end - 1))) {
                end--;
            }
            final StringBuilder reason = new StringBuilder(end - start);
            for (int i = start; i < end; i++) {
                final byte b = bytes.getByte(i);
                reason.append(b >= ' ' && b <= LAST_PRINTABLE ? (char) b : UNPRINTABLE);
            }
            return reason.toString();
        }

        private static boolean isBetweenWords(byte b) {
            return isBlank(b) || b == ',' || b == '#';
        }

        private static boolean isBlank(byte b) {
            return b == ' ' || b == '\t';
        }
    }
}
