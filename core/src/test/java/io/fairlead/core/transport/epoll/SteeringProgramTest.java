package io.fairlead.core.transport.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.rules.ClientKey;
import io.fairlead.core.transport.SocketOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program, read and run as the kernel's classic filter machine would, over packets' headers. */
final class SteeringProgramTest {
    private static final SocketOptions.Steering USUAL = new SocketOptions.Steering(4, 32, 64);

    @Test
    void shouldSendEachClientOfARandomAddressWhereTheHashOfItsKeySays() throws UnknownHostException {
        final long seed = Long.getLong("fairlead.seed", System.nanoTime());
        final Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            final byte[] address = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(address);
            final SocketOptions.Steering steering =
                    new SocketOptions.Steering(2 + random.nextInt(1023), random.nextInt(33), random.nextInt(129));
            assertEquals(
                    expected(steering, address),
                    member(steering, address),
                    () -> "seed " + seed + ", " + steering + ", " + hostOf(address));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8::1, 2001:db8::2",
        "2001:db8:0:7::1, 2001:db8:0:7:ffff:ffff:ffff:ffff",
        "64:ff9b::203.0.113.7, 203.0.113.7",
    })
    void shouldSendAddressesOfOneClientToOneMember(String one, String other) throws UnknownHostException {
        for (int groupSize = 2; groupSize < 200; groupSize++) {
            final SocketOptions.Steering steering = new SocketOptions.Steering(groupSize, 32, 64);
            assertEquals(member(steering, bytes(one)), member(steering, bytes(other)), "of " + groupSize);
        }
    }

    /** What is no client of the same key differs for some size of the group, or the address would not count in whole. */
    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 203.0.113.8",
        "203.0.113.7, 203.1.113.7",
        "2001:db8:0:7::1, 2001:db8:0:8::1",
        "2001:db8:0:7::1, 2002:db8:0:7::1",
        "64:ff9b::203.0.113.7, 64:ff9b::203.0.113.8",
        "64:ff9b:1::203.0.113.7, 203.0.113.7",
        "64:ff9b:0:1::203.0.113.7, 203.0.113.7",
        "64:ff9b::1:203.0.113.7, 203.0.113.7",
    })
    void shouldTellClientsApart(String one, String other) throws UnknownHostException {
        boolean differs = false;
        for (int groupSize = 2; groupSize < 200; groupSize++) {
            final SocketOptions.Steering steering = new SocketOptions.Steering(groupSize, 32, 64);
            differs |= member(steering, bytes(one)) != member(steering, bytes(other));
        }
        assertTrue(differs);
    }

    @Test
    void shouldSendWholePrefixesToOneMemberWhenTheyMakeAClient() throws UnknownHostException {
        final SocketOptions.Steering steering = new SocketOptions.Steering(16, 24, 56);
        final int expected4 = member(steering, bytes("203.0.113.0"));
        final int expected6 = member(steering, bytes("2001:db8:1:200::"));
        for (int i = 1; i < 256; i++) {
            assertEquals(expected4, member(steering, bytes("203.0.113." + i)));
            assertEquals(expected6, member(steering, bytes("2001:db8:1:2" + String.format("%02x", i) + "::1")));
        }
        final SocketOptions.Steering all = new SocketOptions.Steering(16, 0, 0);
        assertEquals(member(all, bytes("10.0.0.1")), member(all, bytes("203.0.113.7")));
        assertEquals(member(all, bytes("2001:db8::1")), member(all, bytes("fd00::1")));
    }

    @Test
    void shouldSpreadTheAddressesOfANetworkEvenly() throws UnknownHostException {
        final Map<Integer, Integer> counts = new HashMap<>();
        for (int i = 0; i < 4096; i++) {
            counts.merge(member(USUAL, bytes("10.0." + (i >> 8) + "." + (i & 0xff))), 1, Integer::sum);
            counts.merge(4 + member(USUAL, bytes("2001:db8:0:" + Integer.toHexString(i) + "::1")), 1, Integer::sum);
        }
        assertEquals(8, counts.size());
        // 1,024 each: five standard deviations are 139.
        counts.forEach((member, count) -> assertTrue(Math.abs(count - 1024) < 139, counts::toString));
    }

    private static int expected(SocketOptions.Steering steering, byte[] address) {
        final UnsafeBuffer mapped = new UnsafeBuffer(new byte[16]);
        if (address.length == 4) {
            mapped.putShort(10, (short) -1);
            mapped.putBytes(12, address);
        } else {
            mapped.putBytes(0, address);
        }
        final long hi = ClientKey.hi(mapped, 0, steering.prefix4(), steering.prefix6());
        final long lo = ClientKey.lo(mapped, 0, steering.prefix4(), steering.prefix6());
        if (ClientKey.isIpv4(hi, lo)) {
            return Integer.remainderUnsigned(mix((int) lo), steering.groupSize());
        }
        int hash = 0;
        final int[] words = {(int) (hi >>> 32), (int) hi, (int) (lo >>> 32), (int) lo};
        for (int word = 0; word < words.length; word++) {
            // Words beyond the prefix do not count.
            hash = word * Integer.SIZE < steering.prefix6() ? mix(hash ^ words[word]) : hash;
        }
        return Integer.remainderUnsigned(hash, steering.groupSize());
    }

    /** The finalizer of MurmurHash3. */
    private static int mix(int value) {
        int h = value;
        h = (h ^ (h >>> 16)) * 0x85ebca6b;
        h = (h ^ (h >>> 13)) * 0xc2b2ae35;
        return h ^ (h >>> 16);
    }

    static int member(SocketOptions.Steering steering, byte[] address) {
        final byte[] header = new byte[address.length == 4 ? 20 : 40];
        header[0] = (byte) (address.length == 4 ? 0x45 : 0x60);
        System.arraycopy(address, 0, header, address.length == 4 ? 12 : 8, address.length);
        return run(SteeringProgram.of(steering), header);
    }

    private static int run(SteeringProgram program, byte[] networkHeader) {
        final UnsafeBuffer code = program.instructions();
        final UnsafeBuffer packet = new UnsafeBuffer(networkHeader);
        final int[] memory = new int[16];
        int a = 0;
        int x = 0;
        int next = 0;
        while (next < program.length()) {
            final int at = next * SteeringProgram.INSTRUCTION_LENGTH;
            next++;
            final int k = code.getInt(at + SteeringProgram.K_OFFSET);
            switch (code.getShort(at + SteeringProgram.CODE_OFFSET)) {
                case SteeringProgram.LOAD_BYTE -> a = packet.getByte(k - SteeringProgram.NETWORK_HEADER) & 0xff;
                case SteeringProgram.LOAD_WORD ->
                    a = packet.getInt(k - SteeringProgram.NETWORK_HEADER, java.nio.ByteOrder.BIG_ENDIAN);
                case SteeringProgram.LOAD_IMMEDIATE -> a = k;
                case SteeringProgram.LOAD_X_MEMORY -> x = memory[k];
                case SteeringProgram.STORE -> memory[k] = a;
                case SteeringProgram.MULTIPLY -> a *= k;
                case SteeringProgram.AND -> a &= k;
                case SteeringProgram.SHIFT_RIGHT -> a >>>= k;
                case SteeringProgram.MODULO -> a = Integer.remainderUnsigned(a, k);
                case SteeringProgram.XOR_X -> a ^= x;
                case SteeringProgram.COPY_TO_X -> x = a;
                case SteeringProgram.JUMP -> next += k;
                case SteeringProgram.JUMP_IF_EQUAL ->
                    next += code.getByte(at
                                    + (a == k ? SteeringProgram.JUMP_TRUE_OFFSET : SteeringProgram.JUMP_FALSE_OFFSET))
                            & 0xff;
                case SteeringProgram.RETURN -> {
                    return a;
                }
                default -> throw new AssertionError("no such instruction before " + next);
            }
        }
        throw new AssertionError("it does not return");
    }

    private static byte[] bytes(String address) throws UnknownHostException {
        return InetAddress.getByName(address).getAddress();
    }

    private static String hostOf(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (final UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
