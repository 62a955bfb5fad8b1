package io.fairlead.core.simulation;

import java.util.Arrays;

/** The messages of a client that must come back to it, in order, and how many of them have. */
final class Echoes {
    private int[] starts = new int[8];
    private int[] lengths = new int[8];
    private int sentCount;
    private int echoedCount;

    /** A frame's payload is sent: where it stands in all that the client sends. */
    void onSent(int start, int length) {
        if (sentCount == starts.length) {
            starts = Arrays.copyOf(starts, sentCount * 2);
            lengths = Arrays.copyOf(lengths, sentCount * 2);
        }
        starts[sentCount] = start;
        lengths[sentCount++] = length;
    }

    /** A frame has come back. @return what is wrong with it, null if nothing is. */
    String onEcho(byte[] sent, byte[] echoed, FrameCursor frame) {
        if (echoedCount == sentCount) {
            return "a message came back that was not sent";
        }
        final int start = starts[echoedCount];
        if (!Arrays.equals(
                echoed,
                frame.payloadStart,
                frame.payloadStart + frame.payloadLength,
                sent,
                start,
                start + lengths[echoedCount])) {
            return "I11 message " + echoedCount + " came back changed";
        }
        echoedCount++;
        return null;
    }

    boolean areAllBack() {
        return echoedCount == sentCount;
    }
}
