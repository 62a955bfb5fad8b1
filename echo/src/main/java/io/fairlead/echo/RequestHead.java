package io.fairlead.echo;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parsed HTTP/1 request head (RFC 9112). <b>Immutable.</b>
 *
 * @param method as sent
 * @param target as sent
 * @param version as sent: {@code HTTP/1.1}
 * @param fields values by lower-case name; of a name sent more than once, all values joined by ", "
 */
record RequestHead(String method, String target, String version, Map<String, String> fields) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern REQUEST_LINE = Pattern.compile("(" + TOKEN + ") ([\\x21-\\x7e]+) (HTTP/\\d\\.\\d)");
    // A line that begins with white space would fold the one before: obsolete, and refused since no name is empty.
    private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):[ \\t]*(.*?)[ \\t]*");

    /** The head as far as its blank line; empty if it is malformed. */
    static Optional<RequestHead> parse(String head) {
        List<String> lines = head.lines().takeWhile(line -> !line.isEmpty()).toList();
        Matcher requestLine = REQUEST_LINE.matcher(lines.get(0));
        if (!requestLine.matches()) {
            return Optional.empty();
        }
        Map<String, String> fields = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                return Optional.empty();
            }
            fields.merge(field.group(1).toLowerCase(Locale.ROOT), field.group(2), (a, b) -> a + ", " + b);
        }
        return Optional.of(
                new RequestHead(requestLine.group(1), requestLine.group(2), requestLine.group(3), Map.copyOf(fields)));
    }

    /** The value of a field, empty if it was not sent. */
    String field(String lowerCaseName) {
        return fields.getOrDefault(lowerCaseName, "");
    }

    /** Whether a field's comma-separated list contains a token, in any case. */
    boolean lists(String lowerCaseName, String token) {
        for (String item : field(lowerCaseName).split(",", -1)) {
            if (item.strip().equalsIgnoreCase(token)) {
                return true;
            }
        }
        return false;
    }

    /** The target without its query. */
    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }
}
