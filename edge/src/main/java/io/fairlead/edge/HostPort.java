package io.fairlead.edge;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An address as it was written: {@code host:port} or {@code [v6]:port}, not yet resolved. <b>Immutable.</b>
 *
 * @param host a name or an address, without brackets.
 * @param port from 0 to 65,535.
 */
record HostPort(String host, int port) {
    private static final int MAX_PORT = 65_535;
    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+");
    /** Without leading zeros: some programs read them as octal. */
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[0-9A-Za-z_.-]+)?");
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z_]([0-9A-Za-z_.-]*[0-9A-Za-z_.])?");
    private static final Pattern PORT = Pattern.compile("\\d{1,9}");

    /** Reads the value of a flag. */
    static final class Converter implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String value) {
            return parse(value);
        }
    }

    /**
     * Read an address.
     *
     * @param text {@code host:port} or {@code [v6]:port}.
     * @return the address; port 0 is allowed.
     * @throws TypeConversionException that says what is wrong with the text.
     */
    static HostPort parse(String text) {
        final int colon = text.lastIndexOf(':');
        final boolean bracketed = text.startsWith("[");
        if (bracketed ? !text.contains("]:") : colon < 0) {
            throw bad(text, "the port is missing: write HOST:PORT or [IPV6]:PORT");
        }
        final String written = text.substring(0, colon);
        final String host = bracketed ? unbracketed(text, written) : name(text, written);
        return new HostPort(host, port(text, text.substring(colon + 1)));
    }

    /**
     * Look the host up.
     *
     * @param purpose what the address is for, such as {@code backend}.
     * @return resolved.
     * @throws StartException if there is no such host.
     */
    InetSocketAddress resolve(String purpose) throws StartException {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (final UnknownHostException e) {
            throw new StartException(
                    "cannot resolve " + purpose + " host " + host + ": check the name, or give an address", e);
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    private static String unbracketed(String text, String written) {
        final String host = written.endsWith("]") ? written.substring(1, written.length() - 1) : written;
        if (!IPV6.matcher(host).matches() || !isLiteral(host)) {
            throw bad(text, "what is in brackets is not an IPv6 address");
        }
        return host;
    }

    /** Only for text the JDK cannot take for a name: it has a colon, so nothing is looked up. */
    private static boolean isLiteral(String host) {
        // A scope that names no interface here is a matter of this machine, not of spelling.
        final int scopeIndex = host.indexOf('%');
        try {
            InetAddress.getByName("[" + (scopeIndex < 0 ? host : host.substring(0, scopeIndex)) + "]");
            return true;
        } catch (final UnknownHostException expected) {
            return false;
        }
    }

    private static String name(String text, String host) {
        if (host.isEmpty()) {
            throw bad(text, "the host is missing: write 0.0.0.0 for every IPv4 address of this machine");
        }
        if (host.indexOf(':') >= 0) {
            throw bad(text, "write an IPv6 address in brackets: [::1]:8080");
        }
        if (NUMERIC.matcher(host).matches() && !IPV4.matcher(host).matches()) {
            throw bad(text, host + " is not an IPv4 address");
        }
        if (!NAME.matcher(host).matches()) {
            throw bad(text, "'" + host + "' is neither a host name nor an address");
        }
        return host;
    }

    private static int port(String text, String digits) {
        if (!PORT.matcher(digits).matches()) {
            throw bad(text, "the port is not a number");
        }
        final int port = Integer.parseInt(digits);
        if (port > MAX_PORT) {
            throw bad(text, "the port must be from 0 to " + MAX_PORT);
        }
        return port;
    }

    private static TypeConversionException bad(String text, String why) {
        return new TypeConversionException("'" + text + "': " + why);
    }
}
