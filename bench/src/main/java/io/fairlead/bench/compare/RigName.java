package io.fairlead.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what to run: {@code rtt-64x100} (bytes, connections), {@code rtt-64x100@8000} (at that rate a second), {@code
 * bulk-1048576x4}, {@code churn-20}, {@code storm-1000}. They are the names that rigs have in results.
 */
final class RigName {
    private static final Pattern MESSAGES = Pattern.compile("(rtt|bulk)-(\\d{1,9})x(\\d{1,6})(?:@(\\d{1,8}))?");
    private static final Pattern CONNECTIONS = Pattern.compile("(churn|storm)-(\\d{1,6})(?:@(\\d{1,8}))?");

    private RigName() {}

    /**
     * The command and flags of a rig.
     *
     * @param name of the rig.
     * @return to be given to the rigs' command line.
     * @throws IllegalArgumentException if it is no such name.
     */
    static List<String> arguments(String name) {
        final Matcher messages = MESSAGES.matcher(name);
        if (messages.matches()
                && (messages.group(4) == null || messages.group(1).equals("rtt"))) {
            return withRate(
                    List.of(messages.group(1), "--size", messages.group(2), "--connections", messages.group(3)),
                    messages.group(4));
        }
        final Matcher connections = CONNECTIONS.matcher(name);
        if (connections.matches()
                && (connections.group(3) == null || connections.group(1).equals("churn"))) {
            return withRate(List.of(connections.group(1), "--connections", connections.group(2)), connections.group(3));
        }
        throw new IllegalArgumentException("'" + name + "' is no rig: rtt-BYTESxCONNECTIONS[@RATE],"
                + " bulk-BYTESxCONNECTIONS, churn-CONNECTIONS[@RATE] or storm-CONNECTIONS");
    }

    /** Bytes of a rig's messages; 0 if it sends none. */
    static int messageLength(String name) {
        final Matcher messages = MESSAGES.matcher(name);
        return messages.matches() ? Integer.parseInt(messages.group(2)) : 0;
    }

    private static List<String> withRate(List<String> arguments, String rate) {
        if (rate == null) {
            return arguments;
        }
        final List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--rate", rate));
        return all;
    }
}
