package io.fairlead.core.transport;

import org.agrona.MutableDirectBuffer;

/**
 * Moves bytes from socket to socket through a pipe of the operating system, so that they never enter this process's
 * memory. A pipe holds what its sink did not take yet, as a slab does.
 *
 * <p>A pipe is filled only while it is empty, so that {@link Transport#WOULD_BLOCK} from {@link #fill} speaks of the
 * socket alone. Who fills and drains keeps count of what is in it.
 *
 * <p><b>Owned by the loop thread.</b> Sockets are the handles of the {@link Transport} these pipes are of; like there, no
 * call waits, and none throws for what the network does.
 */
public interface Pipes {
    /** No pipe. */
    int NULL_PIPE = -1;

    /** Bytes that a pipe is asked to hold; where it holds less, {@link #fill} moves less. */
    int LENGTH = 512 * 1024;

    /**
     * Open an empty pipe. It takes two descriptors and, once filled, up to its length of kernel memory.
     *
     * @return its handle, a small number from 0 on, or {@link Transport#LOCAL_RESOURCE}.
     */
    int open();

    /**
     * Read the next bytes of a socket and leave them there.
     *
     * @param socket a connected handle.
     * @param buffer wraps direct memory.
     * @param offset where the first byte goes.
     * @param length most bytes to look at, at least 1.
     * @return as {@link Transport#read}.
     */
    int peek(int socket, MutableDirectBuffer buffer, int offset, int length);

    /**
     * Move bytes from a socket into an empty pipe.
     *
     * @param pipe an empty one.
     * @param socket a connected handle.
     * @param length most bytes to move, at least 1. A pipe takes fewer than its length of a socket whose bytes came in
     *     many small packets.
     * @return as {@link Transport#read} when it moved something, and when the connection was reset. Else only a read can tell
     *     what it means, also where this is {@link Transport#END_OF_STREAM}: Linux stops at an urgent byte (TCP's URG), for ever.
     */
    int fill(int pipe, int socket, int length);

    /**
     * Move bytes out of a pipe to a socket.
     *
     * @param pipe one that holds at least as many.
     * @param socket a connected handle.
     * @param length how many, at least 1.
     * @return as {@link Transport#write}.
     */
    int drain(int pipe, int socket, int length);

    /**
     * Close a pipe; what it holds is gone.
     *
     * @param pipe unusable from now on.
     */
    void close(int pipe);

    /**
     * How many pipes are open.
     *
     * @return the count; each has two descriptors.
     */
    int openCount();
}
