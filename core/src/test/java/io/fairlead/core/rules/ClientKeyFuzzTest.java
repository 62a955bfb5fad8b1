package io.fairlead.core.rules;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;

/** Any text as an address literal, and any 16 bytes as an address: read as the JDK does, and written to be read again. */
class ClientKeyFuzzTest {
    private static final int OFFSET = 3;
    private static final int GROUP_COUNT = 8;
    private static final byte UNTOUCHED = 0x55;
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");

    /** Groups and quads that the JDK reads and we refuse: with needless zeros in front. */
    private static final Pattern NEEDLESS_ZEROS =
            Pattern.compile(".*([0-9a-fA-F]{5}.*|(?<![0-9a-fA-F])0[0-9]+\\..*|\\.0[0-9].*)");

    /** As {@code ::ffff:a.b.c.d} or {@code 64:ff9b::a.b.c.d}. */
    private static final Pattern WRAPS_IPV4 = Pattern.compile("(0{20}ffff|0064ff9b0{16}).{8}");

    private static final Pattern IPV6_CHARS = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private final UnsafeBuffer out = new UnsafeBuffer(new byte[OFFSET + ClientKey.ADDRESS_LENGTH + 1]);

    @FuzzTest
    void shouldAgreeWithJdkWhenFuzzed(byte[] input) throws UnknownHostException {
        assertLiteral(new String(input, StandardCharsets.UTF_8));
        if (input.length >= ClientKey.ADDRESS_LENGTH) {
            assertRoundTrip(Arrays.copyOf(input, ClientKey.ADDRESS_LENGTH));
        }
    }

    private void assertLiteral(String text) throws UnknownHostException {
        out.setMemory(0, out.capacity(), UNTOUCHED);
        final boolean isAddress = ClientKey.parseAddress(text, out, OFFSET);
        final byte[] address = new byte[ClientKey.ADDRESS_LENGTH];
        out.getBytes(OFFSET, address);
        assertEquals(UNTOUCHED, out.getByte(OFFSET - 1));
        assertEquals(UNTOUCHED, out.getByte(OFFSET + ClientKey.ADDRESS_LENGTH));
        final byte[] expected = reference(text);
        if (expected == null) {
            assertFalse(isAddress, text);
            final byte[] untouched = new byte[ClientKey.ADDRESS_LENGTH];
            Arrays.fill(untouched, UNTOUCHED);
            assertArrayEquals(untouched, address, text);
        } else {
            assertTrue(isAddress, text);
            assertArrayEquals(expected, address, text);
            assertRoundTrip(address);
        }
    }

    /** The address in 16 bytes, or null. Asks the JDK only what it cannot take for a name: nothing is looked up. */
    private static byte[] reference(String text) throws UnknownHostException {
        if (IPV4.matcher(text).matches()) {
            return mapped(InetAddress.getByName(text).getAddress());
        }
        if (!IPV6_CHARS.matcher(text).matches() || NEEDLESS_ZEROS.matcher(text).matches()) {
            return null;
        }
        try {
            return mapped(InetAddress.getByName("[" + text + "]").getAddress());
        } catch (final UnknownHostException expected) {
            return null;
        }
    }

    private void assertRoundTrip(byte[] address) throws UnknownHostException {
        final boolean isIpv4 =
                WRAPS_IPV4.matcher(HexFormat.of().formatHex(address)).matches();
        final byte[] expected = isIpv4 ? mapped(Arrays.copyOfRange(address, 12, 16)) : address;
        out.putBytes(OFFSET, address);
        final StringBuilder text = new StringBuilder();
        ClientKey.appendAddress(text, ClientKey.hi(out, OFFSET, 32, 128), ClientKey.lo(out, OFFSET, 32, 128));
        assertEquals(canonical(expected), text.toString());
        assertTrue(ClientKey.parseAddress(text, out, OFFSET), () -> text.toString());
        final byte[] parsed = new byte[ClientKey.ADDRESS_LENGTH];
        out.getBytes(OFFSET, parsed);
        assertArrayEquals(expected, parsed, () -> text.toString());
    }

    /** The JDK's spelling, the first of the longest runs of zero groups left out (RFC 5952 section 4.2). */
    private static String canonical(byte[] address) throws UnknownHostException {
        final String text = InetAddress.getByAddress(address).getHostAddress();
        for (int count = GROUP_COUNT; count > 1 && text.indexOf(':') >= 0; count--) {
            final Matcher zeros =
                    Pattern.compile("(^|:)0(:0){" + (count - 1) + "}(:|$)").matcher(text);
            if (zeros.find()) {
                return zeros.replaceFirst("::");
            }
        }
        return text;
    }

    private static byte[] mapped(byte[] address) {
        if (address.length == ClientKey.ADDRESS_LENGTH) {
            return address;
        }
        final byte[] mapped = new byte[ClientKey.ADDRESS_LENGTH];
        mapped[10] = -1;
        mapped[11] = -1;
        System.arraycopy(address, 0, mapped, 12, address.length);
        return mapped;
    }
}
