package io.fairlead.core.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientKeyTest {
    private static final int OFFSET = 3;

    private final UnsafeBuffer address = new UnsafeBuffer(new byte[OFFSET + ClientKey.ADDRESS_LENGTH]);

    @ParameterizedTest
    @CsvFileSource(resources = "/rules/client-keys.csv")
    void shouldAgreeWithGoldenVectorWhenNormalising(
            String literal, int prefix4, int prefix6, String text, String hiHex, String loHex, String key64Hex) {
        assertTrue(ClientKey.parseAddress(literal, address, OFFSET));
        final long hi = ClientKey.hi(address, OFFSET, prefix4, prefix6);
        final long lo = ClientKey.lo(address, OFFSET, prefix4, prefix6);
        assertEquals(Long.parseUnsignedLong(hiHex, 16), hi);
        assertEquals(Long.parseUnsignedLong(loHex, 16), lo);
        assertEquals(Long.parseUnsignedLong(key64Hex, 16), ClientKey.key64(hi, lo));
        assertEquals(!text.contains(":"), ClientKey.isIpv4(hi, lo));
        final StringBuilder out = new StringBuilder("key=");
        ClientKey.appendTo(out, hi, lo, prefix4, prefix6);
        assertEquals("key=" + text, out.toString());
    }

    @Test
    void shouldKeepFamiliesApartWhenIpv6PrefixIsShort() {
        // One bit off the marker in every place, under every prefix: never taken for IPv4.
        for (int bit = 0; bit < 96; bit++) {
            assertTrue(ClientKey.parseAddress("::ffff:203.0.113.7", address, OFFSET));
            final int index = OFFSET + bit / Byte.SIZE;
            address.putByte(index, (byte) (address.getByte(index) ^ (0x80 >>> (bit % Byte.SIZE))));
            for (int prefix6 = 0; prefix6 <= 128; prefix6++) {
                final long hi = ClientKey.hi(address, OFFSET, 32, prefix6);
                assertFalse(ClientKey.isIpv4(hi, ClientKey.lo(address, OFFSET, 32, prefix6)), bit + "/" + prefix6);
            }
        }
    }

    @Test
    void shouldTellNeighboursApartWhenPrefixReachesThem() {
        assertTrue(ClientKey.parseAddress("203.0.113.6", address, OFFSET));
        final long six = ClientKey.lo(address, OFFSET, 32, 64);
        final long sixPrefix = ClientKey.lo(address, OFFSET, 31, 64);
        assertTrue(ClientKey.parseAddress("203.0.113.7", address, OFFSET));
        assertNotEquals(six, ClientKey.lo(address, OFFSET, 32, 64));
        assertEquals(sixPrefix, ClientKey.lo(address, OFFSET, 31, 64));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "256.1.1.1",
                "01.2.3.4",
                "1.2.3.00",
                "1.2.3.4 ",
                " 1.2.3.4",
                "1.2.3.-4",
                "+1.2.3.4",
                "0x1.2.3.4",
                "1234.1.1.1",
                "localhost",
                "1.2.3.4/32",
                ":",
                ":::",
                "1",
                "1:",
                ":1",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                ":1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "1::2::3",
                "::12345",
                "::g",
                "[::1]",
                "fe80::1%eth0",
                "::1.2.3",
                "::1.2.3.4.5",
                "::1.2.3.256",
                "1.2.3.4::",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::1.2.3.4:5",
                "1:2:3:4:5::6:7:1.2.3.4",
                "::ffff:01.2.3.4",
                "::1 ",
                "::\uff11",
                "\uff11.2.3.4"
            })
    void shouldRefuseAndWriteNothingWhenTextIsNoAddress(String literal) {
        address.setMemory(0, address.capacity(), (byte) 0x55);
        assertFalse(ClientKey.parseAddress(literal, address, OFFSET));
        for (int i = 0; i < address.capacity(); i++) {
            assertEquals(0x55, address.getByte(i));
        }
    }

    @Test
    void shouldAgreeWithJdkWhenAddressesAreRandom() throws UnknownHostException {
        final Random random = new Random(Seed.VALUE);
        for (int i = 0; i < 20_000; i++) {
            final byte[] bytes = new byte[ClientKey.ADDRESS_LENGTH];
            random.nextBytes(bytes);
            // Zero groups are what shortening is about.
            for (int group = 0; group < 8; group++) {
                if (random.nextBoolean()) {
                    bytes[2 * group] = 0;
                    bytes[2 * group + 1] = 0;
                }
            }
            address.putBytes(OFFSET, bytes);
            final long hi = ClientKey.hi(address, OFFSET, 32, 128);
            final long lo = ClientKey.lo(address, OFFSET, 32, 128);
            final StringBuilder shortForm = new StringBuilder();
            ClientKey.appendTo(shortForm, hi, lo, 32, 128);
            shortForm.setLength(shortForm.indexOf("/"));
            final String longForm = InetAddress.getByAddress(bytes).getHostAddress();
            final String message = "seed " + Seed.VALUE + " " + longForm + " " + shortForm;
            assertTrue(ClientKey.parseAddress(longForm, address, OFFSET), message);
            final byte[] parsed = new byte[ClientKey.ADDRESS_LENGTH];
            address.getBytes(OFFSET, parsed);
            assertTrue(Arrays.equals(bytes, parsed), message);
            assertTrue(
                    Arrays.equals(
                            bytes, InetAddress.getByName(shortForm.toString()).getAddress()),
                    message);
            assertTrue(ClientKey.parseAddress(shortForm, address, OFFSET), message);
            address.getBytes(OFFSET, parsed);
            assertTrue(Arrays.equals(bytes, parsed), message);
        }
    }
}
