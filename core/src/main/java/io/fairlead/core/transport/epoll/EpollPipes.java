package io.fairlead.core.transport.epoll;

import io.fairlead.core.transport.Pipes;
import io.fairlead.core.transport.Transport;
import java.util.Arrays;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Pipes of the kernel, filled and drained with {@code splice}: pages change hands, bytes stay where they are.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class EpollPipes implements Pipes {
    private static final int INITIAL_CAPACITY = 16;
    /** What a pipe holds that nobody made longer or shorter. */
    private static final int LEAST_LENGTH = 64 * 1024;

    private static final int SPLICE_FLAGS = Linux.SPLICE_F_MOVE | Linux.SPLICE_F_NONBLOCK;

    private final EpollTransport transport;
    private final Libc libc;
    private final UnsafeBuffer ends = DirectMemory.allocate(2 * Integer.BYTES);
    private int[] outlets = closedEnds(INITIAL_CAPACITY);
    private int[] inlets = closedEnds(INITIAL_CAPACITY);
    private int openCount;

    /**
     * No pipe yet.
     *
     * @param transport whose sockets they join.
     * @param libc of its thread.
     */
    EpollPipes(EpollTransport transport, Libc libc) {
        this.transport = transport;
        this.libc = libc;
    }

    @Override
    public int open() {
        if (libc.pipe2(ends.addressOffset(), Linux.O_NONBLOCK | Linux.O_CLOEXEC) < 0) {
            return Transport.LOCAL_RESOURCE;
        }
        final int pipe = firstClosed();
        outlets[pipe] = ends.getInt(0);
        inlets[pipe] = ends.getInt(Integer.BYTES);
        openCount++;
        if (libc.fcntl(inlets[pipe], Linux.F_SETPIPE_SZ, LENGTH) < 0
                && libc.fcntl(inlets[pipe], Linux.F_GETPIPE_SZ, 0) < LEAST_LENGTH) {
            // A user's pipes may hold so much together (/proc/sys/fs/pipe-user-pages-soft); beyond that they are of two
            // pages, through which it costs more to splice than to copy.
            close(pipe);
            return Transport.LOCAL_RESOURCE;
        }
        return pipe;
    }

    @Override
    public int peek(int socket, MutableDirectBuffer buffer, int offset, int length) {
        return transport.receive(socket, buffer, offset, length, Linux.MSG_PEEK);
    }

    @Override
    public int fill(int pipe, int socket, int length) {
        if (transport.isReset(socket)) {
            return Transport.RESET;
        }
        final int moved = libc.spliceFrom(socket, inlets[pipe], length, SPLICE_FLAGS);
        return moved > 0 ? moved : transport.readOutcome(socket, moved);
    }

    @Override
    public int drain(int pipe, int socket, int length) {
        if (transport.isReset(socket)) {
            return Transport.RESET;
        }
        // A socket whose peer is gone has the kernel send SIGPIPE here, for which there is no flag; the JVM ignores it.
        final int moved = libc.spliceTo(outlets[pipe], socket, length, SPLICE_FLAGS);
        return moved >= 0 ? moved : transport.writeOutcome(socket, moved);
    }

    @Override
    public void close(int pipe) {
        libc.close(outlets[pipe]);
        libc.close(inlets[pipe]);
        outlets[pipe] = Transport.NULL_SOCKET;
        inlets[pipe] = Transport.NULL_SOCKET;
        openCount--;
    }

    @Override
    public int openCount() {
        return openCount;
    }

    void closeAll() {
        for (int pipe = 0; pipe < outlets.length; pipe++) {
            if (outlets[pipe] != Transport.NULL_SOCKET) {
                close(pipe);
            }
        }
    }

    private int firstClosed() {
        for (int pipe = 0; pipe < outlets.length; pipe++) {
            if (outlets[pipe] == Transport.NULL_SOCKET) {
                return pipe;
            }
        }
        final int pipe = outlets.length;
        outlets = grown(outlets);
        inlets = grown(inlets);
        return pipe;
    }

    private static int[] grown(int[] ends) {
        final int[] grown = closedEnds(ends.length * 2);
        System.arraycopy(ends, 0, grown, 0, ends.length);
        return grown;
    }

    private static int[] closedEnds(int capacity) {
        final int[] ends = new int[capacity];
        Arrays.fill(ends, Transport.NULL_SOCKET);
        return ends;
    }
}
