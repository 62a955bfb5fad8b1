package io.fairlead.core.transport.epoll;

import io.fairlead.core.transport.SocketOptions;
import java.lang.ref.Reference;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A program in the kernel's classic packet filter language (BPF) that says which member of a {@code SO_REUSEPORT} group gets a
 * connection: the client key, hashed, modulo the size of the group. The kernel runs it over the packet that opens the
 * connection; members are numbered in the order in which they came to listen. A number beyond those that listen, as
 * long as not all have started, or none, leaves the choice to the kernel's own hash over both addresses and ports.
 *
 * <p>The key is the client's as {@code rules.ClientKey} has it, NAT64 included: what is one client there is one here, or its
 * pin would be with another process. It is hashed word by word with the finalizer of MurmurHash3 (Austin Appleby, public
 * domain), for a bare modulo would send whole networks to one member.
 *
 * <pre>
 * struct sock_filter { uint16_t code; uint8_t jump_true; uint8_t jump_false; uint32_t k; }
 * struct sock_fprog  { uint16_t length; struct sock_filter *program; }
 * </pre>
 *
 * <p><b>Immutable</b> once built.
 */
final class SteeringProgram {
    static final int LOAD_WORD = 0x20;
    static final int LOAD_BYTE = 0x30;
    static final int LOAD_IMMEDIATE = 0x00;
    static final int LOAD_X_MEMORY = 0x61;
    static final int STORE = 0x02;
    static final int MULTIPLY = 0x24;
    static final int AND = 0x54;
    static final int SHIFT_RIGHT = 0x74;
    static final int MODULO = 0x94;
    static final int XOR_X = 0xac;
    static final int COPY_TO_X = 0x07;
    static final int JUMP = 0x05;
    static final int JUMP_IF_EQUAL = 0x15;
    static final int RETURN = 0x16;

    static final int CODE_OFFSET = 0;
    static final int JUMP_TRUE_OFFSET = CODE_OFFSET + Short.BYTES;
    static final int JUMP_FALSE_OFFSET = JUMP_TRUE_OFFSET + Byte.BYTES;
    static final int K_OFFSET = JUMP_FALSE_OFFSET + Byte.BYTES;
    static final int INSTRUCTION_LENGTH = K_OFFSET + Integer.BYTES;

    /** {@code SKF_NET_OFF}: offsets from here on are into the network header, wherever the packet itself begins. */
    static final int NETWORK_HEADER = -0x100000;

    private static final int VERSION_SHIFT = 4;
    private static final int VERSION_6 = 6;
    private static final int SOURCE4_OFFSET = 12;
    private static final int SOURCE6_OFFSET = 8;
    private static final int WORDS6 = 4;
    private static final int NAT64_WORD = 0x0064_FF9B;

    private static final int MURMUR_FACTOR_1 = 0x85ebca6b;
    private static final int MURMUR_FACTOR_2 = 0xc2b2ae35;
    private static final int MURMUR_SHIFT = 16;
    private static final int MURMUR_MIDDLE_SHIFT = 13;

    private static final int LENGTH_LIMIT = 128;
    private static final int HEADER_PROGRAM_OFFSET = Long.BYTES;
    private static final int HEADER_LENGTH = HEADER_PROGRAM_OFFSET + Long.BYTES;

    private final UnsafeBuffer instructions = DirectMemory.allocate(LENGTH_LIMIT * INSTRUCTION_LENGTH);
    private int length;

    private SteeringProgram() {}

    /** The program of a group. */
    static SteeringProgram of(SocketOptions.Steering steering) {
        final SteeringProgram program = new SteeringProgram();
        program.build(steering);
        return program;
    }

    private void build(SocketOptions.Steering steering) {
        add(LOAD_BYTE, NETWORK_HEADER);
        add(SHIFT_RIGHT, VERSION_SHIFT);
        final int isVersion6 = add(JUMP_IF_EQUAL, VERSION_6);
        add(LOAD_WORD, NETWORK_HEADER + SOURCE4_OFFSET);
        final int toIpv4 = add(JUMP, 0);
        jumpThen(isVersion6);

        final int[] notNat64 = new int[WORDS6 - 1];
        for (int word = 0; word < notNat64.length; word++) {
            loadWord6(word);
            notNat64[word] = add(JUMP_IF_EQUAL, word == 0 ? NAT64_WORD : 0);
        }
        loadWord6(WORDS6 - 1);
        final int fromNat64 = add(JUMP, 0);
        for (final int jump : notNat64) {
            jumpElse(jump);
        }
        hashWords6(steering);
        jumpAhead(toIpv4);
        jumpAhead(fromNat64);
        add(AND, wordMask(steering.prefix4(), 0));
        hash();
        choose(steering.groupSize());
    }

    /** Each word of the address is mixed with the hash of those before it, and the hash returned. */
    private void hashWords6(SocketOptions.Steering steering) {
        add(LOAD_IMMEDIATE, 0);
        for (int word = 0; word < WORDS6; word++) {
            final int mask = wordMask(steering.prefix6(), word);
            if (mask != 0) {
                add(STORE, 0);
                loadWord6(word);
                add(AND, mask);
                add(LOAD_X_MEMORY, 0);
                add(XOR_X, 0);
                hash();
            }
        }
        choose(steering.groupSize());
    }

    private void loadWord6(int word) {
        add(LOAD_WORD, NETWORK_HEADER + SOURCE6_OFFSET + word * Integer.BYTES);
    }

    private void hash() {
        xorShifted(MURMUR_SHIFT);
        add(MULTIPLY, MURMUR_FACTOR_1);
        xorShifted(MURMUR_MIDDLE_SHIFT);
        add(MULTIPLY, MURMUR_FACTOR_2);
        xorShifted(MURMUR_SHIFT);
    }

    private void xorShifted(int shift) {
        add(COPY_TO_X, 0);
        add(SHIFT_RIGHT, shift);
        add(XOR_X, 0);
    }

    private void choose(int groupSize) {
        add(MODULO, groupSize);
        add(RETURN, 0);
    }

    /** The bits of a prefix that fall into one of an address's words of 32 bits. */
    static int wordMask(int prefix, int word) {
        final int bits = Math.max(0, Math.min(Integer.SIZE, prefix - word * Integer.SIZE));
        return bits == 0 ? 0 : -1 << (Integer.SIZE - bits);
    }

    private int add(int code, int k) {
        final int offset = length * INSTRUCTION_LENGTH;
        instructions.putShort(offset + CODE_OFFSET, (short) code);
        instructions.putInt(offset + K_OFFSET, k);
        return length++;
    }

    /** An unconditional jump leads to what is added next. */
    private void jumpAhead(int jump) {
        instructions.putInt(jump * INSTRUCTION_LENGTH + K_OFFSET, length - jump - 1);
    }

    /** A conditional jump that finds equality leads to what is added next. */
    private void jumpThen(int jump) {
        instructions.putByte(jump * INSTRUCTION_LENGTH + JUMP_TRUE_OFFSET, (byte) (length - jump - 1));
    }

    /** A conditional jump that finds no equality leads to what is added next. */
    private void jumpElse(int jump) {
        instructions.putByte(jump * INSTRUCTION_LENGTH + JUMP_FALSE_OFFSET, (byte) (length - jump - 1));
    }

    int length() {
        return length;
    }

    /** For who reads the program. */
    UnsafeBuffer instructions() {
        return instructions;
    }

    /** Have the kernel run it for the group that a listener is of. */
    int attachTo(int listener, Libc libc) {
        final UnsafeBuffer header = DirectMemory.allocate(HEADER_LENGTH);
        header.putShort(0, (short) length);
        header.putLong(HEADER_PROGRAM_OFFSET, instructions.addressOffset());
        try {
            return libc.setsockopt(
                    listener, Linux.SOL_SOCKET, Linux.SO_ATTACH_REUSEPORT_CBPF, header.addressOffset(), HEADER_LENGTH);
        } finally {
            // The kernel knows both by their addresses alone.
            Reference.reachabilityFence(header);
            Reference.reachabilityFence(this);
        }
    }
}
