package io.fairlead.core.rules;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A head and the verdict it must get, read from a data file; the files say how they are written. */
final class HeadCase {
    private static final int DEFAULT_LIMIT = 16 * 1024;

    private final String name;
    private final String expected;
    private final int limit;
    private final byte[] bytes;
    private final int verdictLength;

    private HeadCase(String name, String expected, int limit, byte[] bytes, int verdictLength) {
        this.name = name;
        this.expected = expected;
        this.limit = limit;
        this.bytes = bytes;
        this.verdictLength = verdictLength;
    }

    /** What is special about it. */
    String name() {
        return name;
    }

    /** Name of the verdict. */
    String expected() {
        return expected;
    }

    /** Longest head in bytes. */
    int limit() {
        return limit;
    }

    /** What arrives: the head, and maybe more. */
    byte[] bytes() {
        return bytes;
    }

    /** How many of the bytes it takes for the verdict. */
    int verdictLength() {
        return verdictLength;
    }

    @Override
    public String toString() {
        return name;
    }

    static List<HeadCase> read(String resource) {
        final List<HeadCase> cases = new ArrayList<>();
        try (InputStream in = HeadCase.class.getResourceAsStream(resource);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            final Builder builder = new Builder();
            String line = reader.readLine();
            while (line != null) {
                if (line.isEmpty()) {
                    builder.finishTo(cases);
                } else if (line.charAt(0) != '#') {
                    builder.add(line);
                }
                line = reader.readLine();
            }
            builder.finishTo(cases);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return cases;
    }

    private static final class Builder {
        private String name;
        private String expected;
        private int limit = DEFAULT_LIMIT;
        private int verdictLength;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        void add(String line) {
            if (name == null) {
                name = value(line, "case: ");
            } else if (expected == null) {
                expected = value(line, "expect: ");
            } else if (line.startsWith("limit: ")) {
                limit = Integer.parseInt(value(line, "limit: "));
            } else {
                addBytes(line);
            }
        }

        void finishTo(List<HeadCase> cases) {
            if (name != null) {
                if (verdictLength == 0) {
                    throw new IllegalStateException(name + ": no mark for the verdict");
                }
                cases.add(new HeadCase(name, expected, limit, bytes.toByteArray(), verdictLength));
            }
            name = null;
            expected = null;
            limit = DEFAULT_LIMIT;
            verdictLength = 0;
            bytes.reset();
        }

        private void addBytes(String line) {
            int i = 0;
            while (i < line.length()) {
                final char c = line.charAt(i);
                if (c != '\\') {
                    bytes.write(c);
                    i++;
                    continue;
                }
                final char escaped = line.charAt(i + 1);
                i += 2;
                switch (escaped) {
                    case 'r' -> bytes.write('\r');
                    case 'n' -> bytes.write('\n');
                    case 't' -> bytes.write('\t');
                    case '\\' -> bytes.write('\\');
                    case '!' -> verdictLength = bytes.size();
                    case 'x' -> {
                        bytes.write(Integer.parseInt(line.substring(i, i + 2), 16));
                        i += 2;
                    }
                    default -> throw new IllegalStateException(name + ": \\" + escaped);
                }
            }
        }

        private static String value(String line, String key) {
            if (!line.startsWith(key)) {
                throw new IllegalStateException(line + ": expected " + key);
            }
            return line.substring(key.length());
        }
    }
}
