package io.fairlead.echo;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Socket addresses as text: {@code 127.0.0.1:9001} and, after RFC 5952, {@code [::1]:9001}. <b>Thread safe.</b> */
final class Addresses {
    /** 127.0.0.1. */
    static final InetAddress LOOPBACK = loopback();

    private static final int GROUP_COUNT = 8;

    private Addresses() {}

    /** The address and port of a resolved socket address. */
    static String format(InetSocketAddress address) {
        if (address.getAddress() instanceof Inet6Address v6) {
            return "[" + compress(v6.getAddress()) + "]:" + address.getPort();
        }
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** RFC 5952: lower case, no leading zeros, the first of the longest runs of two or more zero groups as "::". */
    private static String compress(byte[] bytes) {
        int[] groups = new int[GROUP_COUNT];
        for (int i = 0; i < GROUP_COUNT; i++) {
            groups[i] = ((bytes[2 * i] & 0xFF) << 8) | (bytes[2 * i + 1] & 0xFF);
        }
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < GROUP_COUNT; i++) {
            int length = zerosFrom(groups, i);
            if (length > runLength) {
                runStart = i;
                runLength = length;
            }
        }
        StringBuilder text = new StringBuilder();
        int index = 0;
        while (index < GROUP_COUNT) {
            if (index == runStart) {
                text.append("::");
                index += runLength;
            } else {
                boolean separated = text.isEmpty() || text.charAt(text.length() - 1) == ':';
                text.append(separated ? "" : ":").append(Integer.toHexString(groups[index]));
                index++;
            }
        }
        return text.toString();
    }

    private static int zerosFrom(int[] groups, int start) {
        int end = start;
        while (end < GROUP_COUNT && groups[end] == 0) {
            end++;
        }
        return end - start;
    }

    private static InetAddress loopback() {
        try {
            // InetAddress.getLoopbackAddress() is ::1 where java.net.preferIPv6Addresses says so.
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }
}
