package io.fairlead.echo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What the connections of one loop share: its two buffers, its slabs, its responder. <b>Owned by the loop thread.</b>
 */
final class LoopResources {
    /** The most that one read takes. */
    static final int READ_LENGTH = 64 * 1024;

    // 64 MiB for clients that do not read, 16 MiB for text frames that arrive in pieces.
    private static final int UNSENT_SLAB_LIMIT = 1024;
    private static final int TEXT_SLAB_LIMIT = 256;

    final ByteBuffer in = ByteBuffer.allocateDirect(READ_LENGTH).order(Mask.ORDER);
    final ByteBuffer out = ByteBuffer.allocateDirect(FrameEcho.OUTPUT_LENGTH).order(Mask.ORDER);
    /** For what a client does not take, and for the input that waits behind it: either fits into one slab. */
    final SlabPool unsentSlabs = new SlabPool(Math.max(READ_LENGTH, FrameEcho.OUTPUT_LENGTH), UNSENT_SLAB_LIMIT);

    final SlabPool textSlabs = new SlabPool(FrameEcho.SMALL_TEXT_LIMIT, TEXT_SLAB_LIMIT);
    final HttpResponder responder;
    final Consumer<String> log;

    /** How many clients are connected. Any thread may read it. */
    final AtomicInteger connectionCount = new AtomicInteger();

    /** How many clients have not taken what was sent to them. Any thread may read it. */
    final AtomicInteger stalledCount = new AtomicInteger();

    /** How many connections have a deadline: while there are none, nothing is swept and the loop just waits. */
    int deadlineCount;

    private final String name;
    private final byte[] prefix;
    private final boolean isVerbose;

    LoopResources(EchoOptions options) {
        responder = new HttpResponder(options.name());
        log = options.log();
        name = options.name();
        prefix = options.prefix().getBytes(StandardCharsets.UTF_8);
        isVerbose = options.verbose();
    }

    /** The protocol of a client that has just been upgraded. */
    FrameEcho newEcho(String clientAddress) {
        byte[] identity = (name + " " + clientAddress).getBytes(StandardCharsets.US_ASCII);
        return new FrameEcho(prefix, identity, textSlabs, isVerbose ? new MessageLog(log) : null);
    }
}
