package io.fairlead.edge;

import io.fairlead.core.BackendContext;
import io.fairlead.core.BalancerContext;
import io.fairlead.core.rules.ClientKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One {@code --backend}: an address and words about it, in any order, with commas between. <b>Immutable.</b>
 *
 * @param name its identity, or null for its address.
 * @param address where it is.
 * @param weight its share relative to the others'.
 * @param sources where to connect it from; empty for wherever the system chooses.
 * @param connectionLimit most connections it may have; 0 for any number.
 * @param backup whether it only serves where the others do not suffice.
 * @param agentPort where its agent answers; 0 for none.
 */
record BackendFlag(
        String name,
        HostPort address,
        int weight,
        List<InetAddress> sources,
        int connectionLimit,
        boolean backup,
        int agentPort) {
    private static final String KNOWN = "known words are HOST:PORT, name=NAME, weight=N, source=ADDRESS+ADDRESS,"
            + " max-connections=N, agent=PORT and backup";
    private static final String BACKUP = "backup";
    private static final int MAX_PORT = 65_535;

    /** More than any machine has; and what nine digits can say, so that the message tells the truth. */
    private static final int MAX_CONNECTIONS = 100_000_000;

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    /** Reads the value of a flag. */
    static final class Converter implements ITypeConverter<BackendFlag> {
        @Override
        public BackendFlag convert(String value) {
            return parse(value);
        }
    }

    /**
     * Read a backend.
     *
     * @param text such as {@code name=b2,10.0.0.2:8765,weight=2}.
     * @return the backend.
     * @throws TypeConversionException that says what is wrong with the text.
     */
    static BackendFlag parse(String text) {
        final Set<String> seen = new HashSet<>();
        String name = null;
        HostPort address = null;
        int weight = 1;
        List<InetAddress> sources = List.of();
        int connectionLimit = 0;
        int agentPort = 0;
        for (final String word : text.split(",", -1)) {
            final int equals = word.indexOf('=');
            final String key = word.equals(BACKUP) ? BACKUP : equals < 0 ? "" : word.substring(0, equals);
            final String value = word.substring(equals + 1);
            if (word.isEmpty()) {
                throw bad(text, "there is nothing between two commas; " + KNOWN);
            }
            if (equals == 0) {
                throw bad(text, "there is no word before '='; " + KNOWN);
            }
            if (!seen.add(key)) {
                throw bad(text, (key.isEmpty() ? "the address" : key) + " is given twice; " + KNOWN);
            }
            switch (key) {
                case "" -> address = address(text, value);
                case "name" -> name = name(text, value);
                case "weight" -> weight = weight(text, value);
                case "source" -> sources = sources(text, value);
                case "max-connections" -> connectionLimit = number(text, key, value, MAX_CONNECTIONS);
                case "agent" -> agentPort = number(text, key, value, MAX_PORT);
                case BACKUP -> requireNoValue(text, word);
                default -> throw bad(text, "unknown word '" + key + "'; " + KNOWN);
            }
        }
        if (address == null) {
            throw bad(text, "the address is missing; " + KNOWN);
        }
        return new BackendFlag(name, address, weight, sources, connectionLimit, seen.contains(BACKUP), agentPort);
    }

    /**
     * Add it to a balancer.
     *
     * @throws StartException if its host cannot be resolved, or something about it shows to be wrong only then.
     */
    void addTo(BalancerContext context) throws StartException {
        final InetSocketAddress resolved = address.resolve("backend");
        try {
            context.backend(new BackendContext(resolved)
                    .name(name)
                    .weight(weight)
                    .sources(sources)
                    .connectionLimit(connectionLimit)
                    .backup(backup)
                    .agentPort(agentPort));
        } catch (final IllegalArgumentException e) {
            // What only a resolved address shows: a source of the other family.
            throw new StartException(e.getMessage(), e);
        }
    }

    /**
     * See that the sources are addresses of this machine, or every connection would fail.
     *
     * @throws StartException if one is not.
     */
    void requireOwnSources() throws StartException {
        for (final InetAddress source : sources) {
            // Asked of the kernel and not of the list of interfaces: a local route makes whole networks this machine's.
            try (ServerSocket probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(source, 0));
            } catch (final IOException e) {
                throw new StartException(
                        "cannot connect " + (name == null ? address : name) + " from " + source.getHostAddress()
                                + ": not an address of this machine; choose one that 'ip address' shows",
                        e);
            }
        }
    }

    private static List<InetAddress> sources(String text, String value) {
        final List<InetAddress> sources = new ArrayList<>();
        for (final String literal : value.split("\\+", -1)) {
            final InetAddress source = literal(text, literal);
            if (sources.contains(source)) {
                throw bad(text, "the source " + literal + " is given twice");
            }
            sources.add(source);
        }
        return List.copyOf(sources);
    }

    private static InetAddress literal(String text, String literal) {
        final byte[] bytes = new byte[ClientKey.ADDRESS_LENGTH];
        if (!ClientKey.parseAddress(literal, new UnsafeBuffer(bytes), 0)) {
            throw bad(text, "'" + literal + "' is no address to connect from: write source=10.0.0.5+10.0.0.6");
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (final UnknownHostException e) {
            throw new IllegalStateException("of 16 bytes", e);
        }
    }

    private static HostPort address(String text, String value) {
        if (value.indexOf(':') < 0 && value.indexOf('.') < 0) {
            throw bad(text, "'" + value + "' is neither HOST:PORT nor a known word; " + KNOWN);
        }
        final HostPort address = HostPort.parse(value);
        if (address.port() == 0) {
            throw bad(text, "a backend's port must be from 1 to 65535");
        }
        return address;
    }

    private static String name(String text, String value) {
        if (!BalancerContext.isBackendName(value)) {
            throw bad(text, "a name is " + BalancerContext.NAME_RULE);
        }
        return value;
    }

    private static int weight(String text, String value) {
        return number(text, "weight", value, BalancerContext.MAX_WEIGHT);
    }

    private static int number(String text, String what, String value, int most) {
        final int number = NUMBER.matcher(value).matches() ? Integer.parseInt(value) : 0;
        if (number < 1 || number > most) {
            throw bad(text, what + " must be a number from 1 to " + most);
        }
        return number;
    }

    private static void requireNoValue(String text, String word) {
        if (!word.equals(BACKUP)) {
            throw bad(text, BACKUP + " stands alone, without '='");
        }
    }

    private static TypeConversionException bad(String text, String why) {
        return new TypeConversionException("'" + text + "': " + why);
    }
}
