package io.fairlead.edge;

import io.fairlead.core.BalancerContext;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One {@code --backend}: an address and words about it, in any order, with commas between. <b>Immutable.</b>
 *
 * @param name its identity, or null for its address.
 * @param address where it is.
 * @param weight its share relative to the others'.
 */
record BackendFlag(String name, HostPort address, int weight) {
    private static final String KNOWN = "known words are HOST:PORT, name=NAME and weight=N";
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
        for (final String word : text.split(",", -1)) {
            final int equals = word.indexOf('=');
            final String key = equals < 0 ? "" : word.substring(0, equals);
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
                default -> throw bad(text, "unknown word '" + key + "'; " + KNOWN);
            }
        }
        if (address == null) {
            throw bad(text, "the address is missing; " + KNOWN);
        }
        return new BackendFlag(name, address, weight);
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
        final int weight = NUMBER.matcher(value).matches() ? Integer.parseInt(value) : 0;
        if (weight < 1 || weight > BalancerContext.MAX_WEIGHT) {
            throw bad(text, "the weight must be a number from 1 to " + BalancerContext.MAX_WEIGHT);
        }
        return weight;
    }

    private static TypeConversionException bad(String text, String why) {
        return new TypeConversionException("'" + text + "': " + why);
    }
}
