package io.fairlead.core.simulation;

import static io.fairlead.core.simulation.Violation.require;

import io.fairlead.core.table.Side;
import java.util.Arrays;

/**
 * What is in each pipe, by what was seen at the seam: whose bytes they are, and that they go nowhere else, are held by their
 * connection as long as they are there (I1), and are gone only with it.
 */
final class PipeCheck {
    private static final int FIRST_CAPACITY = 8;

    private final int pipeLimit;
    private Content[] contents = new Content[FIRST_CAPACITY];
    private long heldLength;
    private int openCount;

    /** What an open pipe holds. */
    private static final class Content {
        /** Whose bytes were filled in last, null as long as there were none. */
        ConnectionRecord connection;

        int direction;
        int length;
        /** It has been drained since it was filled, but not whole. */
        boolean isLeft;
    }

    PipeCheck(HistorySettings settings) {
        pipeLimit = settings.pipeLimit;
    }

    /** A pipe was opened. */
    void onOpen(int pipe) {
        if (pipe >= contents.length) {
            contents = Arrays.copyOf(contents, 2 * pipe);
        }
        contents[pipe] = new Content();
        openCount++;
        require(openCount <= pipeLimit, -1, "more pipes are open than there may be");
    }

    /** Bytes were moved from a socket into a pipe. */
    void onFilled(ConnectionRecord connection, SocketRecord source, int pipe, int count) {
        final Content content = contents[pipe];
        require(content.length == 0, connection.clientId(), "I1 a pipe is filled that holds bytes");
        content.connection = connection;
        content.direction = source.side;
        content.length = count;
        content.isLeft = false;
        heldLength += count;
    }

    /** Bytes were moved out of a pipe to a socket. @return whether it was emptied at once. */
    boolean onDrained(ConnectionRecord connection, SocketRecord sink, int pipe, int count) {
        final Content content = contents[pipe];
        require(
                content.connection == connection && content.direction == Side.other(sink.side),
                connection.clientId(),
                "I11 a pipe with the bytes of somebody else is drained");
        require(count <= content.length, connection.clientId(), "I11 more is drained of a pipe than it holds");
        content.length -= count;
        heldLength -= count;
        final boolean isWholeAtOnce = content.length == 0 && !content.isLeft;
        content.isLeft = true;
        return isWholeAtOnce;
    }

    /** A sink took nothing, or not everything. */
    void onLeft(int pipe) {
        contents[pipe].isLeft = true;
    }

    /** A pipe was closed. @return how much it held. */
    int onClosed(int pipe) {
        final Content content = contents[pipe];
        contents[pipe] = null;
        openCount--;
        heldLength -= content.length;
        return content.length;
    }

    /** Whose bytes a pipe holds, or held last; null if there were none. */
    ConnectionRecord connectionOf(int pipe) {
        return contents[pipe].connection;
    }

    /** A connection's record says that a direction's bytes are in a pipe: are they? */
    void checkHeld(ConnectionRecord connection, int direction, int pipe, long length) {
        final Content content = pipe < contents.length ? contents[pipe] : null;
        require(
                content != null
                        && content.connection == connection
                        && content.direction == direction
                        && content.length == length,
                connection.clientId(),
                "I1 what a direction holds in a pipe is not there");
    }

    /** After a cycle: all that is in pipes is held by some connection. */
    void checkSum(long heldByConnections) {
        if (heldLength != heldByConnections) {
            throw new Violation(
                    -1, "I1 pipes hold " + heldLength + " bytes, of which connections know " + heldByConnections);
        }
    }
}
