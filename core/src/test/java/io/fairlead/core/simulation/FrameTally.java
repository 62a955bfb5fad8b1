package io.fairlead.core.simulation;

/** What passed in one direction of WebSockets, by what was sent. */
final class FrameTally {
    private static final int CODE_LENGTH = 2;

    long frames;
    long messages;
    long pings;
    long pongs;
    long closes;

    /** Count the frames whose header, a Close frame's code included, stands whole between two positions. */
    void add(byte[] bytes, int from, int limit) {
        final FrameCursor cursor = new FrameCursor();
        cursor.position = from;
        while (cursor.nextHeader(bytes, limit)) {
            final boolean hasCode = cursor.opcode == Wire.CLOSE && cursor.payloadLength >= CODE_LENGTH;
            if (hasCode && cursor.payloadStart + CODE_LENGTH > limit) {
                return;
            }
            frames++;
            messages += cursor.isFinal && cursor.opcode <= Wire.BINARY ? 1 : 0;
            pings += cursor.opcode == Wire.PING ? 1 : 0;
            pongs += cursor.opcode == Wire.PONG ? 1 : 0;
            closes += cursor.opcode == Wire.CLOSE ? 1 : 0;
        }
    }
}
