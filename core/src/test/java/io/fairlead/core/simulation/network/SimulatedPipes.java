package io.fairlead.core.simulation.network;

import io.fairlead.core.transport.Pipes;
import io.fairlead.core.transport.Transport;
import java.util.Arrays;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The pipes of a host in a {@link SimulatedNetwork}. Bytes enter and leave them as they do a buffer, in pieces as the network's
 * {@link NetworkConditions} say.
 *
 * <p>Beyond the seam's contract:
 *
 * <ul>
 *   <li>A closed handle is given to the next pipe at once, so that a mix-up shows.
 *   <li>Filling a pipe that is not empty, draining more than one holds, and using a handle that is not open is an {@link
 *       IllegalStateException}: nothing in the engine may rely on it.
 *   <li>A pipe takes {@link NetworkConditions#pipeLength} bytes as that is when it is opened; a pipe of Linux counts pages,
 *       of which small packets fill each its own.
 * </ul>
 *
 * <p><b>Owned by the thread that drives the network.</b>
 */
final class SimulatedPipes implements Pipes {
    private static final int INITIAL_CAPACITY = 8;
    private static final int SMALL_LENGTH = 16;

    private final SimulatedTransport transport;
    private Pipe[] pipes = new Pipe[INITIAL_CAPACITY];
    private int openCount;

    /** What was filled into it stands at the start of its memory, which is as long as the longest fill so far. */
    private static final class Pipe {
        final UnsafeBuffer memory = new UnsafeBuffer(new byte[0]);
        final int length;
        int filledLength;
        int drainedLength;

        Pipe(int length) {
            this.length = length;
        }

        int heldLength() {
            return filledLength - drainedLength;
        }

        void reserve(int wanted) {
            if (memory.capacity() < wanted) {
                memory.wrap(new byte[wanted]);
            }
        }
    }

    SimulatedPipes(SimulatedTransport transport) {
        this.transport = transport;
    }

    @Override
    public int open() {
        if (!transport.mayOpen(2)) {
            return Transport.LOCAL_RESOURCE;
        }
        int handle = 0;
        while (handle < pipes.length && pipes[handle] != null) {
            handle++;
        }
        if (handle == pipes.length) {
            pipes = Arrays.copyOf(pipes, 2 * handle);
        }
        pipes[handle] = new Pipe(transport.network().conditions().pipeLength);
        openCount++;
        return handle;
    }

    @Override
    public int peek(int socket, MutableDirectBuffer buffer, int offset, int length) {
        return transport.peek(socket, buffer, offset, length);
    }

    @Override
    public int fill(int pipe, int socket, int length) {
        final Pipe filled = pipe(pipe);
        if (filled.heldLength() != 0) {
            throw new IllegalStateException(
                    "pipe " + pipe + " is filled while it holds " + filled.heldLength() + " bytes");
        }
        final int limit = Math.min(length, roomIn(filled));
        filled.reserve(Math.min(limit, transport.unreadLength(socket)));
        if (filled.memory.capacity() == 0) {
            // There is nothing to read: hear what there is instead, a byte long as a read must be.
            filled.reserve(1);
        }
        final int count = transport.read(socket, filled.memory, 0, Math.min(limit, filled.memory.capacity()));
        if (count > 0) {
            filled.filledLength = count;
            filled.drainedLength = 0;
        }
        return count;
    }

    /** A pipe of Linux is full of a few small packets: it may take no more than a piece of a header. */
    private int roomIn(Pipe pipe) {
        final SimulatedNetwork network = transport.network();
        return network.chance(network.conditions().partialTransferChance)
                ? Math.min(pipe.length, 1 + network.random().nextInt(SMALL_LENGTH))
                : pipe.length;
    }

    @Override
    public int drain(int pipe, int socket, int length) {
        final Pipe drained = pipe(pipe);
        if (length > drained.heldLength()) {
            throw new IllegalStateException(
                    length + " bytes are drained of pipe " + pipe + ", which holds " + drained.heldLength());
        }
        final int count = transport.write(socket, drained.memory, drained.drainedLength, length);
        if (count > 0) {
            drained.drainedLength += count;
        }
        return count;
    }

    @Override
    public void close(int pipe) {
        pipe(pipe);
        pipes[pipe] = null;
        openCount--;
    }

    @Override
    public int openCount() {
        return openCount;
    }

    void closeAll() {
        Arrays.fill(pipes, null);
        openCount = 0;
    }

    private Pipe pipe(int handle) {
        final Pipe pipe = handle < 0 || handle >= pipes.length ? null : pipes[handle];
        if (pipe == null) {
            throw new IllegalStateException("pipe " + handle + " is not open");
        }
        return pipe;
    }
}
