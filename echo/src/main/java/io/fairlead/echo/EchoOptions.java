package io.fairlead.echo;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What an echo server is told at its start. <b>Immutable.</b>
 *
 * @param bindAddress the address to listen on
 * @param port the port to listen on, 0 for any free one
 * @param name who the server says it is: up to 64 letters, digits, dots, dashes and underscores
 * @param prefix put in front of every answer but that to {@code whoami}; up to 1,024 bytes of UTF-8
 * @param verbose whether every message is logged
 * @param log takes the lines of {@code verbose} and the rare faults; called by the server's thread, so it must not block
 */
public record EchoOptions(
        InetAddress bindAddress, int port, String name, String prefix, boolean verbose, Consumer<String> log) {
    /** The longest prefix, in bytes of UTF-8. */
    public static final int PREFIX_LENGTH_LIMIT = 1024;

    // It stands in a response header and, followed by a space, in the answer to whoami.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException naming the value that cannot be
     */
    public EchoOptions {
        Objects.requireNonNull(bindAddress, "bindAddress");
        Objects.requireNonNull(log, "log");
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("the port must be between 0 and 65535, not " + port);
        }
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the name must be 1 to 64 letters, digits, dots, dashes or underscores, not '" + name + "'");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(prefix)
                || prefix.getBytes(StandardCharsets.UTF_8).length > PREFIX_LENGTH_LIMIT) {
            throw new IllegalArgumentException("the prefix must be at most " + PREFIX_LENGTH_LIMIT + " bytes of UTF-8");
        }
    }

    /**
     * A quiet server on any free port of 127.0.0.1, without a prefix, that logs its faults to standard error.
     *
     * @param name who the server says it is
     * @return the options
     */
    public static EchoOptions named(String name) {
        return new EchoOptions(Addresses.LOOPBACK, 0, name, "", false, System.err::println);
    }

    /**
     * These options with another address to listen on.
     *
     * @param address the address
     * @return the options
     */
    public EchoOptions withBindAddress(InetAddress address) {
        return new EchoOptions(address, port, name, prefix, verbose, log);
    }

    /**
     * These options with another port to listen on.
     *
     * @param number the port, 0 for any free one
     * @return the options
     */
    public EchoOptions withPort(int number) {
        return new EchoOptions(bindAddress, number, name, prefix, verbose, log);
    }

    /**
     * These options with another prefix.
     *
     * @param text what every answer begins with
     * @return the options
     */
    public EchoOptions withPrefix(String text) {
        return new EchoOptions(bindAddress, port, name, text, verbose, log);
    }

    /**
     * These options with every message logged, or not.
     *
     * @param every whether every message is logged
     * @return the options
     */
    public EchoOptions withVerbose(boolean every) {
        return new EchoOptions(bindAddress, port, name, prefix, every, log);
    }

    /**
     * These options with another taker of log lines.
     *
     * @param sink called by the server's thread with one line at a time; it must not block
     * @return the options
     */
    public EchoOptions withLog(Consumer<String> sink) {
        return new EchoOptions(bindAddress, port, name, prefix, verbose, sink);
    }
}
