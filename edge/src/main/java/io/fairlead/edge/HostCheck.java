package io.fairlead.edge;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Guards an admin endpoint on a loopback address against DNS rebinding: a page of any site can make a browser ask a name
 * of that site's that resolves to 127.0.0.1, but the browser then sends this name as {@code Host}. <b>Immutable.</b>
 */
final class HostCheck {
    private static final Pattern PORT = Pattern.compile(":\\d*$");
    private static final Pattern IPV4_LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");

    private final boolean checking;

    /**
     * Check, if it makes sense.
     *
     * @param bound where the endpoint listens.
     */
    HostCheck(InetAddress bound) {
        checking = bound.isLoopbackAddress();
    }

    /**
     * Whether a request may be answered.
     *
     * @param header its {@code Host}, or null: a browser always sends one.
     * @return false for the name of another site.
     */
    boolean allows(String header) {
        if (!checking || header == null) {
            return true;
        }
        final String host = PORT.matcher(header).replaceFirst("").toLowerCase(Locale.ROOT);
        return "localhost".equals(host)
                || IPV4_LOOPBACK.matcher(host).matches()
                || (host.startsWith("[") && isLoopbackLiteral(host));
    }

    private static boolean isLoopbackLiteral(String bracketed) {
        try {
            return InetAddress.getByName(bracketed).isLoopbackAddress();
        } catch (final UnknownHostException expected) {
            return false;
        }
    }
}
